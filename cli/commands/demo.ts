import { Argument, type Command } from 'commander';

/** `k6-overhead demo`: the suite on the reference target, in at most 90 s, ended with k6's exit code. */
export function register(program: Command): void {
  program
    .command('demo')
    .description("start the reference target, load-test it, print the report; ends with k6's exit code")
    .addArgument(
      new Argument('[what]', 'history: twelve short runs that make a history with a change').choices([
        'history',
      ]),
    )
    .action(async (what?: 'history') => {
      if (what === 'history') {
        const { runHistoryDemo } = await import('../demo/history.ts');
        process.exitCode = await runHistoryDemo();
        return;
      }
      const { runDemo } = await import('../demo/demo.ts');
      process.exitCode = await runDemo();
    });
}
