/** The end of an overhead experiment. */
import type { Env } from '../config/variables.ts';
import { resultOfOverhead } from '../result/from-overhead-summary.ts';
import type { AfterRun } from '../result/from-monitor.ts';
import type { SummaryData } from '../result/summary-data.ts';
import type { OverheadRun } from './overhead-run.ts';
import { writeReport } from './write-report.ts';

/** The files and the terminal's text of an experiment. */
export function summarizeOverhead(
  { config, question }: OverheadRun,
  data: SummaryData,
  env: Env,
  after: AfterRun | undefined,
): Record<string, string> {
  return writeReport(config, data, env, (context) =>
    resultOfOverhead(config, question, data, { ...context, after }),
  );
}
