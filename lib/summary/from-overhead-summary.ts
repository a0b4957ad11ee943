/** k6's summary of an overhead experiment → its result. */
import type { OverheadConfig } from '../config/overhead-config.ts';
import type { Question } from '../experiment/judge-experiment.ts';
import type { RunContext } from './result-of-summary.ts';
import { resultOfExperiment } from './from-experiment-summary.ts';
import type { RunResult } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';

/** The result of an overhead experiment. Pure: the same summary gives the same result. */
export function resultOfOverhead(
  config: OverheadConfig,
  question: Question,
  data: SummaryData,
  context: RunContext,
): RunResult {
  const { earlyStop, baseline, treatment } = config;
  return resultOfExperiment(config, question, data, context, { load: { earlyStop, baseline, treatment } });
}
