import type { Command } from 'commander';

/** `k6-overhead demo`: the suite on the reference target, in at most 90 s, ended with k6's exit code. */
export function register(program: Command): void {
  program
    .command('demo')
    .description("start the reference target, load-test it, print the report; ends with k6's exit code")
    .action(async () => {
      const { runDemo } = await import('../demo/demo.ts');
      process.exitCode = await runDemo();
    });
}
