/** The end of a load run. */
import type { Env } from '../config/variables.ts';
import type { RunContext } from '../summary/result-of-summary.ts';
import { resultOfLoad } from '../summary/from-summary.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import { afterRun } from './observability.ts';
import type { SharedRun } from './shared-run.ts';
import { sourceOf } from './source.ts';
import { writeReport } from './write-report.ts';

/** The files and the terminal's text of a load run. */
export async function summarize(
  run: SharedRun,
  data: SummaryData,
  env: Env,
): Promise<Record<string, string>> {
  const endedAt = new Date();
  const source = sourceOf(run);
  const { config } = source;
  const after = await afterRun(source, data.setup_data as SetupData | undefined);
  const resultOf = (context: RunContext) => resultOfLoad(config, data, { ...context, after });
  // Waiting for the target's queues is no part of the run.
  return writeReport(config, data, env, resultOf, endedAt);
}
