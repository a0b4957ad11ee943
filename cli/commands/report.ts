import type { Command } from 'commander';
import type { ReportSettings } from '../report/report.ts';
import { say } from '../say.ts';

/** `k6-overhead report reports/heavy-….json`: results as pages that people look at. */
export function register(program: Command): void {
  program
    .command('report')
    .description('write results as HTML, Markdown or JUnit XML; judges nothing')
    .argument('<results...>', 'JSON that a run has written')
    .option('--html <file>', 'one page that needs no network; the default, beside the first result')
    .option('--markdown <file>', 'Markdown; also appended to GITHUB_STEP_SUMMARY where that is set')
    .option('--junit <file>', 'JUnit XML: a case for each gate, guard and check')
    .option('--history <folder>', 'say how each run differs from the accepted runs in a folder of results')
    .option('--html-link <url>', 'URL of the HTML report, for the Markdown')
    .action(async (files: string[], options: ReportSettings) => {
      const { writeReports } = await import('../report/report.ts');
      const lines = await writeReports(files, options, process.env.GITHUB_STEP_SUMMARY);
      say(...lines);
    });
}
