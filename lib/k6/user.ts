/** One virtual user: its token, its requests, its judgement of the answers. All of this is held once for each user. */
import { check, sleep } from 'k6';
import http from 'k6/http';
import { Rate } from 'k6/metrics';
import { indexOf, uniform } from '../workflow/pick.ts';
import type { SetupData } from '../result/setup-data.ts';
import { checksOf } from './checks.ts';
import type { Shared } from './shared.ts';
import { tokenOf } from './token.ts';

/** Failed requests and failed checks of the answer. */
const errors = new Rate('errors');

/** The iteration of a virtual user: one request, judged. */
export function userOf({
  user,
  body,
  token: tokenFromFile,
}: Shared): (setup?: SetupData) => Promise<void> | void {
  const { method, url, upTo, seed, thinkTimeSeconds, success, stageEndsMs } = user;
  const checks = checksOf(success, user.slowMs);
  const token = tokenOf(user, tokenFromFile);
  const params = {
    headers: { ...user.headers },
    timeout: user.timeoutMs,
    // A body that no rule looks at is read from the connection and not kept.
    responseType: success.json === undefined ? ('none' as const) : ('text' as const),
    tags: {} as { stage?: string },
  };
  let stage = -1;
  http.setResponseCallback(http.expectedStatuses(...success.status));

  function request(start: number | undefined): void {
    let succeeded = false;
    try {
      if (stage < stageEndsMs.length - 1 && start !== undefined) {
        const elapsed = Date.now() - start;
        while (stage < stageEndsMs.length - 1 && elapsed >= (stageEndsMs[stage] ?? 0)) stage += 1;
        params.tags.stage = String(stage);
      }
      const index = indexOf(uniform(seed, __VU, __ITER), upTo);
      succeeded = check(http.request(method, url, body(index), params), checks);
    } finally {
      errors.add(!succeeded);
    }
    if (thinkTimeSeconds > 0) sleep(thinkTimeSeconds);
  }

  return (setup) => {
    const current = token();
    if (current === undefined) {
      request(setup?.loadStartedAt);
      return;
    }
    if (typeof current === 'string') {
      params.headers.Authorization = `Bearer ${current}`;
      request(setup?.loadStartedAt);
      return;
    }
    return current.then((value) => {
      params.headers.Authorization = `Bearer ${value}`;
      request(setup?.loadStartedAt);
    });
  };
}
