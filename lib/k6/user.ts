/**
 * One virtual user: its token, its requests, its judgement of the answers. All of this is held once for each user, so it
 * is written for memory: what counts there is in docs/bench.md.
 */
import { check, sleep } from 'k6';
import type execution from 'k6/execution';
import http from 'k6/http';
import { Gauge, Rate } from 'k6/metrics';
import { pick } from '../api/pick.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { WATCHES } from '../metrics/watches.ts';
import { MONITOR } from '../metrics/metric-name.ts';
import { checksOf } from './checks.ts';
import { late } from './late.ts';
import { watchTarget } from './monitor.ts' with { load: 'late' };
import { FIRST_BODY, type SharedRun, type UserSettings } from './shared-run.ts';
import { tokenOf } from './token.ts';

/** For those who need one as well: each import of a name costs every user memory. */
export { Gauge };

/** k6's default function. */
export type Iteration = (setup?: SetupData) => Promise<void> | void;

/**
 * Counts failed requests and failed checks of the answer. A metric's `add` needs no `this`, and without the object around it
 * a user is 0.6 KB smaller.
 */
// eslint-disable-next-line @typescript-eslint/unbound-method
const { add: addToErrors } = new Rate('errors');

/**
 * The iteration of a virtual user: one request, judged.
 * @throws string one line about a wrong setting; k6 prints it and exits 107
 */
export function userOf(run: SharedRun): Iteration {
  const user = JSON.parse(run[0]) as UserSettings | { error: string };
  // A string, not an Error: k6 would print a stack trace.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if ('error' in user) throw user.error;
  const { method, url, baseUrl, upTo, seed, thinkTimeSeconds, success, stageEndsMs } = user;
  const { watchedUntil: until } = user;
  const checks = checksOf(success, user.slowMs);
  const firstToken = FIRST_BODY + upTo.length;
  const token = tokenOf(user, (index) => run[firstToken + index] as string);
  const { headers } = user;
  // One that stays is there from the start.
  if (typeof token === 'string') headers.Authorization = `Bearer ${token}`;
  const params = {
    headers,
    timeout: user.timeoutMs,
    // A redirect is an answer: what it leads to is another target, and another latency.
    redirects: 0,
    // A body that no rule looks at is read from the connection and not kept.
    responseType: success.json === undefined ? ('none' as const) : ('text' as const),
    tags: {} as { stage?: string },
  };
  const lastStage = stageEndsMs.length - 1;
  let stage = -1;
  const mix = upTo.length > 1 ? upTo : undefined;
  // The one body that the user holds: a shared one is parsed each time that it is read.
  let held = -1;
  let body = '';
  const { status } = success;
  const only = status[0] ?? 200;
  // Spreading creates the iterators of arrays, 5 KB for each user; a number alone, an object for numbers.
  http.setResponseCallback(
    status.length === 1 ? http.expectedStatuses({ min: only, max: only }) : http.expectedStatuses(...status),
  );

  // eslint-disable-next-line @typescript-eslint/unbound-method -- as above
  const record = until === null ? undefined : new Gauge(MONITOR).add;
  // Another module of k6 costs every user memory: only where the end of the load is not known beforehand.
  const k6Execution =
    until === null || until === 'end'
      ? undefined
      : (globalThis as unknown as { require: (name: string) => typeof execution }).require('k6/execution');

  let loadStartedAt: number | undefined;
  /**
   * Called by itself once more where the token has to be waited for. What waits keeps no variable of the call: k6 would set
   * memory aside for it in every iteration.
   */
  const iteration = (setup: SetupData | undefined, known?: string): Promise<void> | void => {
    // All else is made by the one user that watches, when it does: until the load is over or k6 ends its scenario.
    if (record !== undefined && __ENV[WATCHES] !== undefined) {
      return late(watchTarget)({
        http,
        record,
        token,
        baseUrl,
        profile: run[1].monitor,
        plan: setup?.monitor,
        pause: (seconds) => {
          sleep(seconds);
        },
        over: () =>
          k6Execution !== undefined &&
          (until === 'alone'
            ? k6Execution.instance.iterationsCompleted > 0 && k6Execution.instance.vusActive <= 1
            : k6Execution.instance.iterationsCompleted + k6Execution.instance.iterationsInterrupted >=
              Number(until)),
      });
    }
    loadStartedAt ??= setup?.loadStartedAt;
    if (typeof token === 'function') {
      const current = known ?? token();
      if (typeof current === 'object') return current.then((value) => iteration(undefined, value));
      if (current !== undefined) headers.Authorization = `Bearer ${current}`;
    }
    let succeeded = false;
    try {
      if (stage < lastStage && loadStartedAt !== undefined) {
        const elapsed = Date.now() - loadStartedAt;
        while (stage < lastStage && elapsed >= (stageEndsMs[stage] ?? 0)) stage += 1;
        params.tags.stage = `${stage}`;
      }
      const index = mix === undefined ? 0 : pick(seed, __VU, __ITER, mix);
      if (index !== held) {
        held = index;
        body = run[FIRST_BODY + index] as string;
      }
      succeeded = check(http.request(method, url, body, params), checks);
    } finally {
      addToErrors(!succeeded);
    }
    if (thinkTimeSeconds > 0) sleep(thinkTimeSeconds);
  };
  return iteration;
}
