/** All that a load test does except its iterations: what runs at init, before and after the load. */
import execution from 'k6/execution';
import { Gauge } from 'k6/metrics';
import type { LoadConfig } from '../config/config.ts';
import type { K6Options } from '../load/options.ts';
import { SETUP_FAILURE, type SetupData } from '../result/setup-data.ts';
import type { SummaryData } from '../result/summary-data.ts';
import { SetupFailure, type ControlSource } from './probe.ts';
import { restore } from './restore.ts';
import { setup } from './setup.ts';
import { FIRST_BODY, type SharedRun } from './shared-run.ts';
import { summarize } from './summary.ts';

export { makeRun } from './run.ts';

/** What k6 wants of a script besides its iteration. */
export interface LoadControl {
  options: K6Options;
  setup: () => Promise<SetupData | undefined>;
  teardown: (data?: SetupData) => Promise<void>;
  handleSummary: (data: SummaryData) => Record<string, string>;
}

/** The options of a load test, and what runs before and after its load. */
export function controlOfLoad(run: SharedRun): LoadControl {
  const source = sourceOf(run);
  // Tells the report why setup ended the run: a metric is the only way from there to handleSummary.
  const setupFailure = new Gauge(SETUP_FAILURE);
  return {
    options: { ...run[2] }, // k6 changes it
    setup: () =>
      setUp(source, (code) => {
        setupFailure.add(code);
      }),
    teardown: async (data) => {
      await restore(source, data);
    },
    handleSummary: (data) => summarize(run[1], data, __ENV),
  };
}

/** Setup that ends the run with one line where no load would mean anything; `failed` tells the report why. */
async function setUp(
  source: ControlSource<LoadConfig>,
  failed: (code: number) => void,
): Promise<SetupData | undefined> {
  try {
    return await setup(source);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    failed(error.code);
    execution.test.abort(error.message);
    return undefined;
  }
}

function sourceOf(run: SharedRun): ControlSource<LoadConfig> {
  const user = run[0];
  return {
    user,
    config: () => run[1],
    body: (index) => run[FIRST_BODY + index] as string,
    token: (index) => run[FIRST_BODY + user.upTo.length + index] as string,
  };
}
