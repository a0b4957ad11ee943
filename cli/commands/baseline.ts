import type { Command } from 'commander';
import { DIR_OPTION } from './history.ts';

/** `k6-overhead baseline accept reports/heavy-….json`: what later runs are compared with. */
export function register(program: Command): void {
  const baseline = program
    .command('baseline')
    .description('the results that later runs are compared with, by scenario, environment and machine class');
  baseline
    .command('accept')
    .description('make results the baseline, in place of the one before')
    .argument('<results...>', 'JSON that runs of one kind have written')
    .option(...DIR_OPTION)
    .option('--budget', 'write the smaller budget that a single overhead would keep to its environment')
    .action(async (files: string[], { dir, budget }: { dir: string; budget?: true }) => {
      const { acceptFiles } = await import('../history/baseline.ts');
      await acceptFiles(files, dir, budget === true);
    });
  baseline
    .command('show')
    .description('print all baselines')
    .option(...DIR_OPTION)
    .action(async ({ dir }: { dir: string }) => {
      const { showBaselines } = await import('../history/baseline.ts');
      await showBaselines(dir);
    });
}
