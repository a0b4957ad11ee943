import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { SET_OPTION, warnOfToken, type Variables } from '../scenario/variables.ts';

interface Options {
  env?: string;
  set: Variables;
  simulate?: boolean;
  replicates?: string;
}

/** `k6-overhead calibrate`: what can a measurement see here, and is it right? */
export function register(program: Command): void {
  program
    .command('calibrate')
    .description(
      'measure the noise floor (A/A), and a known delay on the reference target; with --env A/A on your own',
    )
    .option('--env <name>', 'your own system: an environment, a file of thresholds/')
    .option(...SET_OPTION)
    .option('--simulate', 'instead, check the statistics by simulation: minutes of CPU, no target')
    .option('--replicates <count>', 'sessions a case of the simulation, 2000 by default')
    .action(async ({ env, set, simulate = false, replicates }: Options) => {
      if (set.AUTH_TOKEN !== undefined) warnOfToken('--set AUTH_TOKEN');
      if (replicates !== undefined && !simulate) throw new UsageError('--replicates is for --simulate');
      if (simulate) {
        const { simulateBars } = await import('../calibrate/simulate.ts');
        process.exitCode = simulateBars(replicates);
        return;
      }
      const { calibrateEnvironment, calibrateReference } = await import('../calibrate/calibrate.ts');
      process.exitCode =
        env === undefined
          ? await calibrateReference(set)
          : await calibrateEnvironment({ ...set, TEST_ENV: env });
    });
}
