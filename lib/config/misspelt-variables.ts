/** Variables whose names are nearly those of the suite: a limit that nobody reads would be none. */
import { ConfigError } from './config-error.ts';
import { distance } from './nearest.ts';
import { VARIABLES, type Env } from './variables.ts';

const NAMES: readonly string[] = ['TEST_ENV', ...VARIABLES];

/** What other tools have in the environment of a CI job. */
const OTHERS: readonly string[] = ['NODE', 'STAGE'];

/** In a shorter name one letter makes another word. */
const LEAST_LETTERS = 5;

/**
 * k6 hands over the variables of the shell as well, so that only what is nearly a name of the suite is a wrong one.
 * @param settings the names of the environment's own settings
 * @throws ConfigError that names the variable and the one that was meant
 */
export function refuseMisspelt(env: Env, settings: readonly string[]): void {
  const known = [...NAMES, ...settings, ...OTHERS];
  for (const name of Object.keys(env)) {
    if (known.includes(name)) continue;
    const meant =
      NAMES.find((right) => isNear(name, right)) ?? settings.find((right) => isNearSetting(name, right));
    if (meant === undefined || (env[name] ?? '').trim() === '') continue;
    throw new ConfigError(name, 'unknown name', `expected ${meant}, or no such variable`);
  }
}

function isNear(wrong: string, right: string): boolean {
  if (bare(wrong) === bare(right) || isSwapped(wrong, right)) return true;
  return right.length >= LEAST_LETTERS && distance(wrong, right) === 1;
}

/** FLAG_1 and FLAG_2 are two settings of a target, of which an environment may name one. */
function isNearSetting(wrong: string, right: string): boolean {
  const onlyTheEnd = wrong.slice(0, -1) === right.slice(0, -1);
  return right.length >= LEAST_LETTERS && !onlyTheEnd && isNear(wrong, right);
}

/** A name without what is easily written otherwise. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

/** Whether two neighbouring letters have changed places. */
function isSwapped(wrong: string, right: string): boolean {
  if (wrong.length !== right.length) return false;
  const at = Array.from(wrong).findIndex((letter, i) => letter !== right[i]);
  return (
    at !== -1 && wrong === right.slice(0, at) + right.charAt(at + 1) + right.charAt(at) + right.slice(at + 2)
  );
}
