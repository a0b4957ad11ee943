import type { Command } from 'commander';
import { addSetting, warnOfToken, type Variables } from '../scenario/variables.ts';

interface Options {
  env?: string;
  set: Variables;
}

/** `k6-overhead run heavy --env staging --set P95=120`: `k6 run` of a fresh bundle, with k6's exit code. */
export function register(program: Command): void {
  program
    .command('run')
    .description("build and run a scenario; ends with k6's exit code, or 1 if there is no k6 or no result")
    .argument('<scenario>', 'a file of scenarios/, such as smoke or heavy')
    .option('--env <name>', 'environment to run against, a file of thresholds/ (TEST_ENV)')
    .option('--set <NAME=value>', 'set one of the suite’s variables; may be repeated', addSetting, {})
    .action(async (scenario: string, { env, set }: Options) => {
      if (set.AUTH_TOKEN !== undefined) warnOfToken('--set AUTH_TOKEN');
      const { runScenario } = await import('../scenario/run.ts');
      const { code } = await runScenario(scenario, {
        ...set,
        ...(env === undefined ? {} : { TEST_ENV: env }),
      });
      process.exitCode = code;
    });
}
