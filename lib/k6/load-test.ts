/** A load scenario as k6's five exports. */
import { Gauge } from 'k6/metrics';
import type { SummaryData } from '../result/summary-data.ts';
import { SETUP_FAILURE, type SetupData } from '../result/setup-data.ts';
import type { ScenarioName } from '../../thresholds/types.ts';
import { setUp, tearDown } from './control.ts' with { load: 'once' };
import { openRun } from './shared.ts';
import { summarize } from './summary.ts' with { load: 'once' };
import { userOf } from './user.ts';

/** Tells the report why setup ended the run: a metric is the only way from there to handleSummary. */
const setupFailure = new Gauge(SETUP_FAILURE);

/** k6's five exports of a load scenario; `iteration` is its default function. */
export function loadTest(scenario: ScenarioName) {
  const shared = openRun(scenario);
  return {
    // k6 reads the options of the first user, and hands them to the others itself.
    options: __VU === 0 ? { ...shared.options() } : {},
    setup: () =>
      setUp(shared, (code) => {
        setupFailure.add(code);
      }),
    iteration: userOf(shared),
    teardown: (data?: SetupData) => tearDown(shared, data),
    handleSummary: (data: SummaryData) => summarize(shared.config(), data, __ENV),
  };
}
