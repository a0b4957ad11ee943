import type { Command } from 'commander';
import { runK6 } from '../k6/run.ts';

/** `k6-overhead k6 …`: runs the suite's k6 with any arguments, and ends with its exit code. */
export function register(program: Command): void {
  program
    .command('k6')
    .description("run the suite's own k6 with the arguments that follow, as they are")
    .argument('[arguments...]', "k6's command, options and script")
    .helpOption(false)
    .allowUnknownOption()
    .action(async () => {
      // Not commander's list: that lacks a `--`.
      process.exitCode = await runK6(process.argv.slice(process.argv.indexOf('k6') + 1));
    });
}
