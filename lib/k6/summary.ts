/** The end of a load run. */
import type { LoadConfig } from '../config/config.ts';
import type { Env } from '../config/variables.ts';
import { resultOfLoad } from '../summary/from-summary.ts';
import type { RunEnd } from '../summary/result-of-summary.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import { describeRun } from '../report/describe-run.ts';
import type { Reported } from './inputs.ts';
import { writeReport } from './write-report.ts';

/** The files and the terminal's text of a load run. */
export default function summarize(
  config: Reported<LoadConfig>,
  data: SummaryData,
  env: Env,
  end: RunEnd,
): Record<string, string> {
  return writeReport(
    config,
    data,
    env,
    end,
    (context) => resultOfLoad(config, data, context),
    (result) => describeRun(result),
  );
}
