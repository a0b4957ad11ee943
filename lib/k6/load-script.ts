/** A load scenario as k6's five exports. */
import { SharedArray } from 'k6/data';
import type { ScenarioName } from '../../thresholds/types.ts';
import seldom from './seldom.ts' with { load: 'deferred' };
import type { SharedRun } from './shared-run.ts';
import { userOf } from './user.ts';

/**
 * k6's five exports of a load scenario; `iteration` is its default function. The others exist for `__VU` 0 only: that is
 * the user whose options k6 reads, and who runs setup, teardown and handleSummary.
 * @throws string one line about a wrong setting; k6 prints it and exits 107
 */
export function loadTest(scenario: ScenarioName) {
  const control = __VU === 0 ? seldom().loadControl() : undefined;
  // k6 calls the function in its first user alone.
  const elements: readonly unknown[] = new SharedArray<unknown>('run', () => [
    ...(control?.makeRun(scenario, {
      env: __ENV,
      open: (path) => open(path),
      ownReports: import.meta.resolve('../reports'),
    }) ?? []),
  ]);
  const run = elements as SharedRun;
  const { iteration, token } = userOf(run);
  return { iteration, ...control?.controlOf(run, token) };
}
