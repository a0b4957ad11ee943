/** The options that every command has which runs a scenario, and the variables that they set. */
import type { Command } from 'commander';
import { refuseForeignSettings, SET_OPTION, warnOfToken, type Variables } from './variables.ts';

export interface ScenarioOptions {
  env?: string | undefined;
  set: Variables;
}

/** A command with `--env` and `--set`. */
export function scenarioCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--env <name>', 'environment to run against, a file of thresholds/ (TEST_ENV)')
    .option(...SET_OPTION);
}

/**
 * Runs a scenario, and ends with its exit code.
 * @param profile an experiment is followed by CPU profiles: by the address that is given, or (`true`) the environment's
 */
export async function endWithScenario(
  scenario: string,
  variables: Variables,
  profile?: string | true,
): Promise<void> {
  if (profile === undefined) {
    const { runScenario } = await import('./run.ts');
    process.exitCode = (await runScenario(scenario, variables)).code;
    return;
  }
  const { runWithProfile } = await import('../profile/run-with-profile.ts');
  const address = profile === true ? undefined : profile;
  process.exitCode = await runWithProfile(scenario as 'overhead' | 'attribution', variables, address);
}

/** The environment that the options name, or else the shell. */
export function environmentOf({ env, set }: ScenarioOptions): string {
  const named = [env, set.TEST_ENV, process.env.TEST_ENV].find((name = '') => name.trim() !== '');
  return named?.trim() ?? 'local';
}

/**
 * The variables that `--env` and `--set` ask for; a token among them is warned of.
 * @throws UsageError where one is a setting of another environment
 */
export function variablesOf({ env, set }: ScenarioOptions): Variables {
  if (set.AUTH_TOKEN !== undefined) warnOfToken('--set AUTH_TOKEN');
  refuseForeignSettings(set, environmentOf({ env, set }));
  return { ...set, ...(env === undefined ? {} : { TEST_ENV: env }) };
}

/**
 * Those of a scenario that a run is about to read.
 * @throws UsageError as well where it would not read one
 */
export async function variablesFor(scenario: string, options: ScenarioOptions): Promise<Variables> {
  const variables = variablesOf(options);
  if (Object.keys(options.set).length === 0) return variables;
  const { refuseUnread } = await import('./unread.ts');
  refuseUnread(scenario, options.set, variables);
  return variables;
}
