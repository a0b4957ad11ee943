/** An experiment of arms as k6's five exports. */
import type { ExperimentConfig } from '../config/experiment-config.ts';
import type { Env } from '../config/variables.ts';
import type { Question } from '../experiment/judge-experiment.ts';
import { runExperiment } from '../experiment/run-experiment.ts';
import { EXPERIMENT_METRICS } from '../metrics/overhead-metrics.ts';
import type { RunResult } from '../result/run-result.ts';
import type { RunContext } from '../summary/result-of-summary.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import { experimentRun, type ExperimentRun } from './experiment-run.ts';
import { experimentTest } from './experiment-script.ts';

/**
 * k6's five exports of an experiment of arms; `iteration` is its default function.
 * @param configOf throws a ConfigError about a wrong setting
 */
export function armsTest<C extends ExperimentConfig>(
  configOf: (env: Env) => C,
  resultOf: (config: C, question: Question, data: SummaryData, context: RunContext) => RunResult,
) {
  return experimentTest<ExperimentRun<C>>({
    makeRun: (init) => experimentRun(configOf(init.env), init),
    metrics: EXPERIMENT_METRICS,
    measure: runExperiment,
    resultOf: ({ config, question }, data, context) => resultOf(config, question, data, context),
  });
}
