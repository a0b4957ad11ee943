/** The end of a load run. */
import type { LoadConfig } from '../config/config.ts';
import type { Env } from '../config/variables.ts';
import type { RunContext } from '../result/common.ts';
import { resultOfLoad } from '../result/from-summary.ts';
import type { SetupData } from '../result/setup-data.ts';
import type { SummaryData } from '../result/summary-data.ts';
import { afterRun } from './observability.ts';
import type { ControlSource } from './probe.ts';
import { writeReport } from './write-report.ts';

/** The files and the terminal's text of a load run. */
export async function summarize(
  config: LoadConfig,
  data: SummaryData,
  env: Env,
): Promise<Record<string, string>> {
  const endedAt = new Date();
  const after = await afterRun(sourceOf(config), data.setup_data as SetupData | undefined);
  const resultOf = (context: RunContext) => resultOfLoad(config, data, { ...context, after });
  // Waiting for the target's queues is no part of the run.
  return writeReport(config, data, env, resultOf, endedAt);
}

/** What the target is asked by after the run. Tokens of a file are not kept until then. */
function sourceOf(config: LoadConfig): ControlSource<LoadConfig> {
  const { auth, baseUrl, api } = config;
  return {
    config: () => config,
    user: { auth, baseUrl, timeoutMs: api.timeoutMs, tokenCount: 0 },
    body: () => '',
    token: () => '',
  };
}
