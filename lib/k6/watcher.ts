/** The watch on the target beside a load. Made in the one user that does. */
import type { sleep } from 'k6';
import type execution from 'k6/execution';
import type http from 'k6/http';
import type { Gauge } from 'k6/metrics';
import type { UserToken } from '../api/user-token.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import watchTarget from './monitor.ts';
import type { SharedRun, UserSettings } from './shared-run.ts';

/** Of k6, what its user has: it may require nothing any more. */
interface K6 {
  http: typeof http;
  sleep: typeof sleep;
  gauge: Gauge;
  /** `undefined` where k6 ends the scenario of this user. */
  execution: typeof execution | undefined;
}

/**
 * Watches the target until the load is over, or k6 ends the scenario.
 * @param headers of the user's requests; those that are secret are added to them with the first token
 */
export default async function watchBeside(
  run: SharedRun,
  headers: Readonly<Record<string, string>>,
  token: UserToken,
  setup: SetupData | undefined,
  { http, sleep, gauge, execution }: K6,
): Promise<void> {
  const { baseUrl, watchedUntil } = JSON.parse(run[0]) as UserSettings;
  await watchTarget({
    http,
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
      if (execution === undefined) return false;
      const { iterationsCompleted, iterationsInterrupted, vusActive } = execution.instance;
      if (watchedUntil === 'alone') return iterationsCompleted > 0 && vusActive <= 1;
      return iterationsCompleted + iterationsInterrupted >= Number(watchedUntil);
    },
  });
}
