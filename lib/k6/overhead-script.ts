/** The overhead experiment as k6's five exports. */
import { resultOfOverhead } from '../summary/from-overhead-summary.ts';
import { beginExperiment, switchedBy } from './conduct.ts';
import { makeOverheadRun } from './experiment-run.ts';
import { experimentTest } from './experiment-script.ts';
import { writeReport } from './write-report.ts';

/** k6's five exports of the experiment; `iteration` is its default function. */
export function overheadTest() {
  return experimentTest({
    makeRun: makeOverheadRun,
    switchedBy,
    begin: beginExperiment,
    summarize: ({ config, question }, data, env, after) =>
      writeReport(config, data, env, (context) =>
        resultOfOverhead(config, question, data, { ...context, after }),
      ),
  });
}
