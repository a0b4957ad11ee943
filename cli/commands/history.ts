import type { Command } from 'commander';

/** Where results are kept, from the working directory. */
export const HISTORY = 'history';

export const DIR_OPTION = ['--dir <folder>', 'the folder of results', HISTORY] as const;

/** `k6-overhead history add reports/heavy-….json`: results that trends are drawn from. */
export function register(program: Command): void {
  program
    .command('history')
    .description('keep results in a folder, one file a run')
    .command('add')
    .description('add results; the same run twice is one file')
    .argument('<results...>', 'JSON that a run has written')
    .option(...DIR_OPTION)
    .action(async (files: string[], { dir }: { dir: string }) => {
      const { addFiles } = await import('../history/add.ts');
      process.exitCode = await addFiles(files, dir);
    });
}
