/** The end of a load run. */
import type { LoadConfig } from '../config/config.ts';
import type { Env } from '../config/variables.ts';
import { resultOfLoad } from '../result/from-summary.ts';
import type { SummaryData } from '../result/summary-data.ts';
import { writeReport } from './write-report.ts';

/** The files and the terminal's text of a load run. */
export function summarize(config: LoadConfig, data: SummaryData, env: Env): Record<string, string> {
  return writeReport(config, data, env, (context) => resultOfLoad(config, data, context));
}
