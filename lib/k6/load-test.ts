/** A load scenario as k6's five exports. */
import type { ScenarioName } from '../../thresholds/types.ts';
import { controlOfLoad, type LoadControl } from './control.ts' with { load: 'once' };
import { openRun } from './shared.ts';
import { userOf, type Iteration } from './user.ts';

/**
 * k6's five exports of a load scenario; `iteration` is its default function. The others exist for `__VU` 0 only: that is
 * the user whose options k6 reads, and who runs setup, teardown and handleSummary.
 */
export function loadTest(scenario: ScenarioName): Partial<LoadControl> & { iteration: Iteration } {
  const run = openRun(scenario);
  const iteration = userOf(run);
  return __VU === 0 ? { ...controlOfLoad(run), iteration } : { iteration };
}
