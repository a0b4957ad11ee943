/**
 * The user that watches the target beside a load, or within the experiment. It is created in that one user only; k6's
 * modules are handed in, because a user may call `require` at init only, when it does not know yet that it will watch.
 */
import type http from 'k6/http';
import type { Gauge } from 'k6/metrics';
import type { MonitorProfile } from '../../thresholds/types.ts';
import { MONITOR_HEADERS, type Answer } from '../monitor/answers.ts';
import { decodePlan } from '../monitor/plan.ts';
import { watch } from '../monitor/watch.ts';
import { bearer, tokenNow, type UserToken } from '../api/user-token.ts';

/** What watching needs. */
export interface Watch {
  http: Pick<typeof http, 'asyncRequest' | 'expectedStatuses'>;
  /** Adds to the gauge `monitor`. */
  record: Gauge['add'];
  token: UserToken;
  /** Of every request, beside the token. */
  headers: Readonly<Record<string, string>>;
  baseUrl: string;
  /** `null`: nothing is watched. */
  profile: MonitorProfile | null;
  /** What setup found; `undefined`: nothing is watched. */
  plan: string | undefined;
  /** Whether the load is over. */
  over: () => boolean;
  /** Waits for some seconds; beside a stream of requests it must not hold them up. */
  pause: (seconds: number) => Promise<void> | void;
}

/** Looks at the target until the load is over. Never rejects: a target that cannot be watched fails nothing. */
export default async function watchTarget(watched: Watch): Promise<void> {
  const { profile, plan, record, over, pause } = watched;
  if (profile === null || plan === undefined) return;
  await watch(profile, decodePlan(plan, profile), {
    ask: (path) => ask(watched, path, profile.timeoutMs),
    record,
    over,
    now: () => Date.now(),
    sleep: (ms) => pause(ms / 1_000),
  });
}

/** One look at one endpoint; a status of 0 where nothing came back. */
async function ask(
  { http, baseUrl, headers, token }: Watch,
  path: string,
  timeoutMs: number,
): Promise<Answer> {
  try {
    const current = await tokenNow(token);
    const params = {
      headers: { ...headers, ...MONITOR_HEADERS, ...bearer(current) },
      tags: { kind: 'monitor' },
      timeout: timeoutMs,
      redirects: 0,
      responseType: 'text' as const,
      responseCallback: http.expectedStatuses({ min: 100, max: 599 }),
      // An exception instead of a warning of k6 at each look.
      throw: true,
    };
    const answer = await http.asyncRequest('GET', baseUrl + path, null, params);
    return { status: answer.status, body: typeof answer.body === 'string' ? answer.body : '' };
  } catch {
    return { status: 0, body: '' };
  }
}
