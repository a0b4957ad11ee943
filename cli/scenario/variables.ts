/** The suite's variables as a command's options set them. */
import { VARIABLES } from '../../lib/config/variables.ts';
import { nearestName } from '../../lib/config/nearest.ts';
import { settingVariables } from '../../lib/config/check-settings.ts';
import { environments } from '../../thresholds/environments.ts';
import type { Environment } from '../../thresholds/types.ts';
import { UsageError } from '../errors.ts';
import { warn } from '../say.ts';

/** Variables to hand over to k6 by its environment. */
export type Variables = Record<string, string>;

/** What `--set` may name. The variables of an environment's own secrets belong into the environment. */
const settable: readonly string[] = [
  'TEST_ENV',
  'AUTH_TOKEN',
  ...VARIABLES,
  ...settingVariables(environments),
];

/**
 * Takes one `--set NAME=value` into the variables that were set before it, as commander calls it.
 *
 * @throws UsageError if it is no setting, or of a variable that nothing reads
 */
function addSetting(setting: string, before: Variables): Variables {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--set takes NAME=value, such as --set P95=120, not '${setting}'`);
  }
  if (!settable.includes(name)) {
    const nearest = nearestName(name, settable);
    const right = nearest === undefined ? `there are ${settable.join(', ')}` : `expected ${nearest}`;
    throw new UsageError(`--set: nothing reads a variable '${name}'; ${right}`);
  }
  return { ...before, [name]: value };
}

/** `--set`, of every command that has it. */
export const SET_OPTION = [
  '--set <NAME=value>',
  'set one of the suite’s variables; may be repeated',
  addSetting,
  {} as Variables,
] as const;

/**
 * Refuses a setting of another environment: the target would stay as it is, and the run look as if it had been switched.
 * @throws UsageError
 */
export function refuseForeignSettings(
  set: Variables,
  name: string,
  all: Readonly<Record<string, Pick<Environment, 'settings'>>> = environments,
): void {
  const environment = Object.hasOwn(all, name) ? all[name] : undefined;
  if (environment === undefined) return;
  const { settings } = environment;
  const own = settings === undefined ? settingVariables({}) : Object.keys(settings.values);
  const foreign = settingVariables(all).find((one) => Object.hasOwn(set, one) && !own.includes(one));
  if (foreign === undefined) return;
  throw new UsageError(`--set ${foreign}: no setting of ${name}; there are ${own.join(', ')}`);
}

/** Says on standard error that a token among a command's arguments can be seen by others. */
export function warnOfToken(option: string, instead = 'AUTH_TOKEN in the environment does not'): void {
  warn(`${option} shows the token to everyone who can list this machine's processes; ${instead}`);
}
