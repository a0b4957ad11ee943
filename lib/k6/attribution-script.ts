/** The attribution of the overhead to its flags as k6's five exports. */
import { attributionConfig } from '../config/attribution-config.ts';
import { runExperiment } from '../experiment/run-experiment.ts';
import { describe } from '../report/describe.ts';
import { EXPERIMENT_METRICS } from '../metrics/overhead-metrics.ts';
import { resultOfAttribution } from '../summary/from-attribution-summary.ts';
import { experimentRun, orError, switchedBy } from './experiment-run.ts';
import { experimentTest } from './experiment-script.ts';
import { writeReport } from './write-report.ts';

/** k6's five exports of attribution; `iteration` is its default function. */
export function attributionTest() {
  return experimentTest({
    makeRun: (env, open, ownReports) =>
      orError(() => experimentRun(attributionConfig(env), false, env, open, ownReports)),
    switchedBy,
    metrics: EXPERIMENT_METRICS,
    measure: runExperiment,
    summarize: ({ config, question }, data, env, after) =>
      writeReport(
        config,
        data,
        env,
        (context) => resultOfAttribution(config, question, data, { ...context, after }),
        describe,
      ),
  });
}
