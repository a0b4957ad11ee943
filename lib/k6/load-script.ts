/** A load scenario as k6's five exports. */
import { SharedArray } from 'k6/data';
import { SETUP_FAILURE, type SetupData } from '../metrics/setup-data.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import type { ScenarioName } from '../../thresholds/types.ts';
import { control } from './control.ts' with { load: 'once' };
import { makeRun } from './run.ts' with { load: 'once' };
import type { SharedRun } from './shared-run.ts';
import { summarize } from './summary.ts' with { load: 'once' };
import { Gauge, userOf } from './user.ts';

/**
 * k6's five exports of a load scenario; `iteration` is its default function. The others exist for `__VU` 0 only: that is
 * the user whose options k6 reads, and who runs setup, teardown and handleSummary. For that user alone k6 calls the array's
 * function as well.
 * @throws string one line about a wrong setting; k6 prints it and exits 107
 */
export function loadTest(scenario: ScenarioName) {
  const elements: readonly unknown[] = new SharedArray<unknown>('run', () => {
    const made = makeRun(scenario, __ENV, (path) => open(path), import.meta.resolve('../reports'));
    if ('error' in made) return [JSON.stringify(made)];
    return [JSON.stringify(made.user), made.config, made.options, ...made.bodies, ...made.tokens];
  });
  const run = elements as SharedRun;
  const iteration = userOf(run);
  if (__VU > 0) return { iteration };
  // Tells the report why setup ended the run: a metric is the only way from there to handleSummary.
  const setupFailure = new Gauge(SETUP_FAILURE);
  const failed = (code: number) => {
    setupFailure.add(code);
  };
  return {
    options: { ...run[2] }, // k6 changes it
    setup: () => control(run, failed).setup(),
    iteration,
    teardown: (data?: SetupData) => control(run, failed).teardown(data),
    handleSummary: (data: SummaryData) => summarize(run, data, __ENV),
  };
}
