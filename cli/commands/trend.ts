import { Option, type Command } from 'commander';
import type { TrendOptions } from '../history/trend.ts';
import { DIR_OPTION } from './history.ts';

/** `k6-overhead trend`: P95, overhead and error rate over commits, with their changes. */
export function register(program: Command): void {
  program
    .command('trend')
    .description('draw the history of results and name its changes; ends with 99 where a worsening is new')
    .option(...DIR_OPTION)
    .addOption(
      new Option('--by <order>', 'the order of runs: commits as they were added, or time')
        .choices(['commit', 'time'])
        .default('commit'),
    )
    .option('--allow-short', 'end with 0, not 110, while no line has enough runs to show a change')
    .option('--html <file>', 'also as one page that needs no network')
    .option('--markdown <file>', 'also as Markdown')
    .action(async (options: TrendOptions) => {
      const { showTrend } = await import('../history/trend.ts');
      process.exitCode = await showTrend(options);
    });
}
