/** One virtual user: its token, its requests, its judgement of the answers. All of this is held once for each user. */
import { check, sleep } from 'k6';
import execution from 'k6/execution';
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { Rate } from 'k6/metrics';
import { indexOf, uniform } from '../workflow/pick.ts';
import type { UserSettings } from './run.ts';
import { tokenOf } from './token.ts';

type Answer = RefinedResponse<ResponseType>;
type Checks = Record<string, (answer: Answer) => boolean>;

/** Failed requests and failed checks of the answer. */
const errors = new Rate('errors');

/** The iteration of a virtual user: one request, judged. */
export function userOf(
  settings: UserSettings,
  bodies: readonly string[],
  tokens: readonly string[],
): () => Promise<void> | void {
  const { method, url, upTo, seed, thinkTimeSeconds, success } = settings;
  const checks = checksOf(settings);
  const token = tokenOf(settings, tokens);
  const tagStage = stageTagger(settings.stageEndsMs);
  const params = {
    headers: { ...settings.headers },
    timeout: settings.timeoutMs,
    // A body that no rule looks at is read from the connection and not kept.
    responseType: success.json === undefined ? ('none' as const) : ('text' as const),
  };
  http.setResponseCallback(http.expectedStatuses(...success.status));

  function request(): void {
    let succeeded = false;
    try {
      tagStage();
      const body = bodies[indexOf(uniform(seed, __VU, __ITER), upTo)] ?? null;
      succeeded = check(http.request(method, url, body, params), checks);
    } finally {
      errors.add(!succeeded);
    }
    if (thinkTimeSeconds > 0) sleep(thinkTimeSeconds);
  }

  return () => {
    const current = token();
    if (current === undefined) {
      request();
      return;
    }
    if (typeof current === 'string') {
      params.headers.Authorization = `Bearer ${current}`;
      request();
      return;
    }
    return current.then((value) => {
      params.headers.Authorization = `Bearer ${value}`;
      request();
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

/** Tags a user's requests with the stage they start in; the tag changes once a stage, which costs a request nothing. */
function stageTagger(stageEndsMs: readonly number[]): () => void {
  let stage = -1;
  let start = 0;
  return () => {
    if (stageEndsMs.length === 0) return;
    if (start === 0) start = execution.scenario.startTime;
    const elapsed = Date.now() - start;
    const last = stageEndsMs.length - 1;
    if (stage >= 0 && (stage === last || elapsed < (stageEndsMs[stage] ?? 0))) return;
    stage = 0;
    while (stage < last && elapsed >= (stageEndsMs[stage] ?? 0)) stage += 1;
    execution.vu.metrics.tags.stage = String(stage);
  };
}
