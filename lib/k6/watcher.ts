/** Which of the users watches the target, and until when. */
import { sleep } from 'k6';
import type execution from 'k6/execution';
import { asyncRequest, expectedStatuses } from 'k6/http';
import { Gauge } from 'k6/metrics';
import type { UserToken } from '../api/user-token.ts';
import { MONITOR } from '../metrics/metric-name.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { WATCHES } from '../metrics/watches.ts';
import watchTarget from './monitor.ts' with { load: 'deferred' };
import type { SharedRun, UserSettings } from './shared-run.ts';

/**
 * Watches the target, in the scenario whose user does: until the load is over, or k6 ends that scenario.
 * @returns `undefined` where no target is watched; the function returns `undefined` in another scenario
 */
export function watcherOf(
  run: SharedRun,
  { baseUrl, headers, watchedUntil }: UserSettings,
  token: UserToken,
) {
  if (watchedUntil === null) return undefined;
  // k6 knows metrics only that every user has made.
  const gauge = new Gauge(MONITOR);
  // Imported, it would cost every user memory; it is needed where the end of the load is not known beforehand.
  const k6Execution =
    watchedUntil === 'end'
      ? undefined
      : (globalThis as unknown as { require: (name: string) => typeof execution }).require('k6/execution');
  return (setup: SetupData | undefined): Promise<void> | undefined => {
    if (__ENV[WATCHES] === undefined) return undefined;
    return watchTarget({
      http: { asyncRequest, expectedStatuses },
      record: (value, tags) => {
        gauge.add(value, tags);
      },
      token,
      headers,
      baseUrl,
      profile: run[1].monitor,
      plan: setup?.monitor,
      pause: (seconds) => {
        sleep(seconds);
      },
      over: () => {
        if (k6Execution === undefined) return false;
        const { iterationsCompleted, iterationsInterrupted, vusActive } = k6Execution.instance;
        if (watchedUntil === 'alone') return iterationsCompleted > 0 && vusActive <= 1;
        return iterationsCompleted + iterationsInterrupted >= Number(watchedUntil);
      },
    });
  };
}
