/** The overhead experiment as k6's five exports. */
import { runExperiment } from '../experiment/run-experiment.ts';
import { describe } from '../report/describe.ts';
import { EXPERIMENT_METRICS } from '../metrics/overhead-metrics.ts';
import { resultOfOverhead } from '../summary/from-overhead-summary.ts';
import { makeOverheadRun, switchedBy } from './experiment-run.ts';
import { experimentTest } from './experiment-script.ts';
import { writeReport } from './write-report.ts';

/** k6's five exports of the experiment; `iteration` is its default function. */
export function overheadTest() {
  return experimentTest({
    makeRun: makeOverheadRun,
    switchedBy,
    metrics: EXPERIMENT_METRICS,
    measure: runExperiment,
    summarize: ({ config, question }, data, env, after) =>
      writeReport(
        config,
        data,
        env,
        (context) => resultOfOverhead(config, question, data, { ...context, after }),
        describe,
      ),
  });
}
