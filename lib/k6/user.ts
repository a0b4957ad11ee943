/**
 * One virtual user of a load: it sends a request, checks the answer, counts what failed, and thinks. All that is made here
 * is held once for each user: what that costs is in docs/decisions/0004-deferred-modules.md.
 */
import { check, sleep } from 'k6';
import { expectedStatuses, request as send, setResponseCallback } from 'k6/http';
import { Rate } from 'k6/metrics';
import { pick } from '../api/pick.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { BODIES_IN_A_ROW, bodyChecksOf, checksOf, judgesBody, needsBody } from '../api/checks.ts';
import { FIRST_BODY, type SharedRun, type UserSettings } from './shared-run.ts';
import timedAnswer from './timed-answer.ts' with { load: 'deferred' };
import { tokenOf } from './token.ts';
import { watcherOf } from './watcher.ts';

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
  const { method, url, headers, upTo, seed, thinkTimeSeconds, success, stageEndsMs } = user;
  const firstToken = FIRST_BODY + upTo.length;
  const token = tokenOf(user, (index) => run[firstToken + index] as string);
  if (typeof token === 'string') headers.Authorization = `Bearer ${token}`;
  const watch = watcherOf(run, user, token);
  const timed = user.latency === undefined && user.completion === undefined ? undefined : timedAnswer(user);
  const checks = checksOf(success, timed === undefined ? user.slowMs : null);
  const allChecks = { ...checks, ...bodyChecksOf(success) };
  const readsBodies = needsBody(success);
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
  setResponseCallback(
    status.length === 1 ? expectedStatuses({ min: only, max: only }) : expectedStatuses(...status),
  );

  const lastStage = stageEndsMs.length - 1;
  let stage = -1;
  let loadStartedAt: number | undefined;
  // The body that is held: a shared one is parsed each time that it is read.
  let held = -1;
  let body = '';
  // The iteration up to which every body is judged.
  let allUntil = BODIES_IN_A_ROW;

  const request = (fetched: string | undefined): void => {
    if (fetched !== undefined) headers.Authorization = `Bearer ${fetched}`;
    if (stage < lastStage && loadStartedAt !== undefined) {
      const elapsed = Date.now() - loadStartedAt;
      while (stage < lastStage && elapsed >= (stageEndsMs[stage] ?? 0)) stage += 1;
      params.tags.stage = `${stage}`;
    }
    const index = upTo.length > 1 ? pick(seed, __VU, __ITER, upTo) : 0;
    if (index !== held) {
      held = index;
      body = run[FIRST_BODY + index] as string;
    }
    const isJudged = readsBodies && judgesBody(__ITER, allUntil);
    params.responseType = isJudged || keepsBodies ? 'text' : 'none';
    let succeeded = false;
    try {
      const answer = send(method, url, body, params);
      succeeded = check(answer, isJudged ? allChecks : checks);
      if (timed !== undefined) succeeded = timed(answer, succeeded, params.tags);
    } finally {
      errors.add(!succeeded);
      if (!succeeded) allUntil = __ITER + 1 + BODIES_IN_A_ROW;
    }
    if (thinkTimeSeconds > 0) sleep(thinkTimeSeconds);
  };

  const iteration = (setup?: SetupData): Promise<void> | undefined => {
    const watching = watch?.(setup);
    if (watching !== undefined) return watching;
    loadStartedAt ??= setup?.loadStartedAt;
    const fetched = typeof token === 'function' ? token() : undefined;
    if (typeof fetched === 'object') return fetched.then(request);
    request(fetched);
    return undefined;
  };

  return { iteration, token };
}
