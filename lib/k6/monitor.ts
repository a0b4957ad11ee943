/**
 * The user that watches the target beside a load, or within the experiment. It is created in that one user only; k6's
 * modules are handed in, because a user may call `require` at init only, when it does not know yet that it will watch.
 */
import type http from 'k6/http';
import type { Gauge } from 'k6/metrics';
import type { MonitorProfile } from '../../thresholds/types.ts';
import { ACCEPT, look, type Answer } from '../monitor/answers.ts';
import { decodePlan } from '../monitor/plan.ts';
import { pathsOf } from '../metrics/monitor-metrics.ts';
import { Watcher } from '../monitor/watcher.ts';
import { tokenNow, type TokenSource } from './token-source.ts';

/** What watching needs. */
export interface Watch {
  http: Pick<typeof http, 'asyncRequest' | 'expectedStatuses'>;
  /** Adds to the gauge `monitor`. */
  record: Gauge['add'];
  token: TokenSource;
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

/** How often the end of the load is looked for. */
const TICK_MS = 100;

/** Looks at the target until the load is over. Never rejects: a target that cannot be watched fails nothing. */
export async function watchTarget(watch: Watch): Promise<void> {
  const { profile, plan, record, over } = watch;
  if (profile === null || plan === undefined) return;
  const watcher = new Watcher(profile, decodePlan(plan, profile), (value, tags) => {
    record(value, { kind: 'monitor', ...tags });
  });
  const start = Date.now();
  for (let next = start; !over(); next += profile.intervalMs) {
    for (const path of pathsOf(profile)) {
      if (over()) return;
      const answer = await ask(watch, path, profile.timeoutMs);
      watcher.take(path, (Date.now() - start) / 1_000, look(profile, path, answer));
    }
    watcher.judge();
    // A look that took longer than the interval is not made up for.
    next = Math.max(next, Date.now() - profile.intervalMs);
    while (!over() && Date.now() < next + profile.intervalMs) {
      await watch.pause(Math.min(TICK_MS, Math.max(1, next + profile.intervalMs - Date.now())) / 1_000);
    }
  }
}

/** One look at one endpoint; a status of 0 where nothing came back. */
async function ask({ http, baseUrl, token }: Watch, path: string, timeoutMs: number): Promise<Answer> {
  try {
    const current = await tokenNow(token);
    const params = {
      headers: {
        Accept: ACCEPT,
        ...(current === undefined ? {} : { Authorization: `Bearer ${current}` }),
      },
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
