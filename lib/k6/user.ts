/**
 * One virtual user of a load: it sends a request, checks the answer, counts what failed, and thinks. All that is made here
 * is held once for each user: what that costs is in docs/decisions/0004-deferred-modules.md.
 */
import { check, sleep } from 'k6';
import type execution from 'k6/execution';
import http from 'k6/http';
import { Gauge, Rate } from 'k6/metrics';
import { BODIES_IN_A_ROW, bodyChecksOf, checksOf, judgesBody } from '../api/checks.ts';
import { pick } from '../api/pick.ts';
import type { UserToken } from '../api/user-token.ts';
import { MONITOR } from '../metrics/metric-name.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { WATCHES } from '../metrics/watches.ts';
import { FIRST_BODY, type SharedRun, type UserSettings } from './shared-run.ts';
import seldom from './seldom.ts' with { load: 'deferred' };

const errors = new Rate('errors');

/**
 * The iteration of a virtual user, k6's default function; and the user's token.
 * @throws string one line about a wrong setting; k6 prints it and exits 107
 */
export function userOf(run: SharedRun) {
  const user = JSON.parse(run[0]) as UserSettings | { error: string };
  // A string, not an Error: k6 would print a stack trace.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if ('error' in user) throw user.error;
  const { method, url, headers, upTo, seed, thinkTimeSeconds, success, stageEndsMs, tokenCount } = user;
  const given =
    tokenCount === 0
      ? undefined
      : (run[FIRST_BODY + upTo.length + (__VU === 0 ? 0 : (__VU - 1) % tokenCount)] as string);
  const isKnown = (tokenCount > 0 || user.auth.type === 'none') && user.secretHeaders === undefined;
  const token: UserToken = isKnown ? given : seldom().tokenOf(user, given);
  if (typeof token === 'string') headers.Authorization = `Bearer ${token}`;
  // k6 knows metrics only that every user has made.
  const gauge = user.watchedUntil === null ? undefined : new Gauge(MONITOR);
  // Imported, it would cost every user memory; it is needed where the end of the load is not known beforehand.
  const k6Execution =
    user.watchedUntil === null || user.watchedUntil === 'end'
      ? undefined
      : (globalThis as unknown as { require: (name: string) => typeof execution }).require('k6/execution');
  const timed =
    user.latency === undefined && user.completion === undefined ? undefined : seldom().timedAnswer(user);
  const checks = checksOf(success, timed === undefined ? user.slowMs : null);
  const allChecks = user.body === null ? undefined : { ...checks, ...bodyChecksOf(user.body) };
  // A flag, because with a field of it each user would hold all of its settings.
  const keepsBodies = user.completion !== undefined;
  const params = {
    headers,
    timeout: user.timeoutMs,
    // A redirect is an answer: what it leads to is another target, and another latency.
    redirects: 0,
    // A body that is not judged is read from the connection and not kept.
    responseType: 'none' as 'none' | 'text',
    tags: {} as Record<string, string>,
  };
  const { status } = success;
  const only = status[0] ?? 200;
  // Not spread where there is one alone: that creates the iterators of arrays, 5 KB for each user.
  http.setResponseCallback(
    status.length === 1 ? http.expectedStatuses({ min: only, max: only }) : http.expectedStatuses(...status),
  );

  let stage = -1;
  let stageEndsAtMs = stageEndsMs.length > 0 ? 0 : Infinity;
  let loadStartedAt: number | undefined;
  const shares = upTo.length > 1 ? upTo : undefined;
  // The body that is held: a shared one is parsed each time that it is read.
  let held = -1;
  let body = '';
  // The iteration up to which every body is judged.
  let allUntil = BODIES_IN_A_ROW;

  const request = (setup: SetupData | undefined, fetched?: string): void => {
    loadStartedAt ??= setup?.loadStartedAt;
    if (fetched !== undefined) headers.Authorization = `Bearer ${fetched}`;
    if (stageEndsAtMs < Infinity && loadStartedAt !== undefined) {
      const elapsed = Date.now() - loadStartedAt;
      if (elapsed >= stageEndsAtMs) {
        // Read again, because each user would hold the list.
        const ends = (JSON.parse(run[0]) as UserSettings).stageEndsMs;
        while (stage < ends.length - 1 && elapsed >= (ends[stage] ?? 0)) stage += 1;
        stageEndsAtMs = stage < ends.length - 1 ? (ends[stage] ?? 0) : Infinity;
        params.tags.stage = `${stage}`;
      }
    }
    const index = shares === undefined ? 0 : pick(seed, __VU, __ITER, shares);
    if (index !== held) {
      held = index;
      body = run[FIRST_BODY + index] as string;
    }
    const judged = judgesBody(__ITER, allUntil) ? allChecks : undefined;
    params.responseType = judged !== undefined || keepsBodies ? 'text' : 'none';
    let succeeded = false;
    try {
      const answer = http.request(method, url, body, params);
      succeeded = check(answer, judged ?? checks);
      if (timed !== undefined) succeeded = timed(answer, succeeded, params.tags);
    } finally {
      errors.add(!succeeded);
      if (!succeeded) allUntil = __ITER + 1 + BODIES_IN_A_ROW;
    }
    if (thinkTimeSeconds > 0) sleep(thinkTimeSeconds);
  };

  if (gauge === undefined && typeof token !== 'function') return { iteration: request, token };
  const iteration = (setup?: SetupData): Promise<void> | undefined => {
    if (gauge !== undefined && __ENV[WATCHES] !== undefined) {
      const k6 = { http, sleep, gauge, execution: k6Execution };
      return seldom().watchBeside(run, headers, token, setup, k6);
    }
    const fetched = typeof token === 'function' ? token() : undefined;
    if (typeof fetched === 'object') {
      return fetched.then(
        (now) => {
          request(setup, now);
        },
        (reason: unknown) => {
          // A request that could not be sent has failed.
          errors.add(true);
          if (thinkTimeSeconds > 0) sleep(thinkTimeSeconds);
          throw reason;
        },
      );
    }
    request(setup, fetched);
    return undefined;
  };
  return { iteration, token };
}
