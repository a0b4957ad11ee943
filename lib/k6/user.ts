/** One virtual user: its token, its requests, its judgement of the answers. All of this is held once for each user. */
import { check, sleep } from 'k6';
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { Rate } from 'k6/metrics';
import { indexOf, uniform } from '../workflow/pick.ts';
import type { SetupData } from '../result/setup-data.ts';
import type { UserSettings } from './run.ts';
import type { Shared } from './shared.ts';
import { tokenOf } from './token.ts';

type Answer = RefinedResponse<ResponseType>;
type Checks = Record<string, (answer: Answer) => boolean>;

/** Failed requests and failed checks of the answer. */
const errors = new Rate('errors');

/** The iteration of a virtual user: one request, judged. */
export function userOf({
  user,
  body,
  token: tokenFromFile,
}: Shared): (setup?: SetupData) => Promise<void> | void {
  const { method, url, upTo, seed, thinkTimeSeconds, success, stageEndsMs } = user;
  const checks = checksOf(user);
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

/** What an answer is checked for, by the names that the report shows. */
function checksOf({ success, slowMs }: UserSettings): Checks {
  const { status, contentType, json = {} } = success;
  const checks: Checks = { [`status is ${status.join(' or ')}`]: (answer) => status.includes(answer.status) };
  if (contentType !== null) {
    checks[`answer is ${contentType}`] = (answer) =>
      (answer.headers['Content-Type'] ?? '').includes(contentType);
  }
  for (const [path, expected] of Object.entries(json)) {
    checks[`${path} is ${JSON.stringify(expected)}`] = (answer) =>
      JSON.stringify(valueAt(answer, path)) === JSON.stringify(expected);
  }
  if (slowMs !== null) checks[`response time < ${slowMs}ms`] = (answer) => answer.timings.duration < slowMs;
  return checks;
}

/** The value at a path of an answer; an answer that is not JSON has none. */
function valueAt(answer: Answer, path: string): unknown {
  try {
    return answer.json(path);
  } catch {
    return undefined;
  }
}
