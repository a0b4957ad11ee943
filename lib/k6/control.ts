/** What happens around a load, in virtual users of their own: setup, teardown and the report. */
import execution from 'k6/execution';
import { Gauge } from 'k6/metrics';
import type { UserToken } from '../api/user-token.ts';
import type { LoadConfig } from '../config/config.ts';
import { FAILURE, SETUP_FAILURE, type SetupData } from '../metrics/setup-data.ts';
import { describeFailure } from '../summary/setup-failure.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import type { Reported } from './inputs.ts';
import { endOf } from './observability.ts';
import { toldToSkip, type ControlSource } from './probe.ts';
import { restore } from './restore.ts';
import { runSetup } from './run-setup.ts';
import makeRun from './run.ts' with { load: 'deferred' };
import { setup } from './setup.ts';
import { FIRST_BODY, type SharedRun } from './shared-run.ts';
import summarize from './summary.ts' with { load: 'deferred' };

/** k6's exports of a load test but for the iteration. */
function controlOf(run: SharedRun, token: UserToken) {
  const source: ControlSource<Reported<LoadConfig>> = {
    config: run[1],
    options: run[2],
    token,
    body: (index) => run[FIRST_BODY + index] as string,
  };
  // Tells the report what was wrong with setup: a metric is the only way from there to handleSummary.
  const setupFailure = new Gauge(SETUP_FAILURE);
  const failed = (code: number) => {
    setupFailure.add(code);
  };
  return {
    options: { ...run[2] }, // k6 changes it
    setup: () => runSetup(source, failed, () => setup(source)),
    teardown: (data?: SetupData) => {
      if (lacksSetup(source.config)) {
        failed(FAILURE.noSetup);
        execution.test.abort(describeFailure(source.config, FAILURE.noSetup));
      }
      return restore(source, data);
    },
    handleSummary: async (data: SummaryData) =>
      summarize(source.config, data, __ENV, await endOf(source, data)),
  };
}

/** Flags that only label the load, and a part that nobody has checked: k6 was told to run no setup. */
function lacksSetup({ flags, part }: LoadConfig): boolean {
  return (flags !== null || part !== null) && toldToSkip().noSetup === true;
}

/** All of it but the iteration; init, too, where the run is made. */
export default () => ({ makeRun, controlOf });
