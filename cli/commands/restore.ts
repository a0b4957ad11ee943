import type { Command } from 'commander';
import { variablesOf } from '../scenario/command.ts';

/** `k6-overhead restore`: puts back what a run that was killed has left switched. */
export function register(program: Command): void {
  program
    .command('restore')
    .description('put back the flags that a run which was killed had found')
    .option('--env <name>', 'with --flags: the environment, a file of thresholds/ (TEST_ENV)')
    .option(
      '--flags <NAME=value,…>',
      'the flags to put back, as plain k6 has printed them; without: by the notes beside the reports',
    )
    .action(async ({ env, flags }: { env?: string; flags?: string }) => {
      const { restore } = await import('../restore/restore.ts');
      process.exitCode = await restore(flags, { ...process.env, ...variablesOf({ env, set: {} }) });
    });
}
