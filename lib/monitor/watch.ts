/** The loop that watches a target beside a load, or within an experiment. */
import type { Milliseconds, MonitorProfile } from '../../thresholds/types.ts';
import { isTooMuch, look, PROBLEM, type Answer } from './answers.ts';
import { pathsOf } from '../metrics/monitor-metrics.ts';
import type { MonitorPlan } from './plan.ts';
import { Watcher, type Report } from './watcher.ts';

/** What the loop needs of the world. */
export interface WatchPort {
  /** One look at an endpoint, by its path; never rejects. */
  ask: (path: string) => Promise<Answer>;
  record: Report;
  /** Whether the load is over. */
  over: () => boolean;
  now: () => Milliseconds;
  sleep: (ms: Milliseconds) => Promise<void> | void;
}

/** How often the end of the load is looked for. */
const TICK_MS: Milliseconds = 100;

/** Looks at the target until the load is over. Never rejects: a target that cannot be watched fails nothing. */
export async function watch(
  profile: MonitorProfile,
  plan: MonitorPlan,
  { ask, record, over, now, sleep }: WatchPort,
): Promise<void> {
  const watcher = new Watcher(profile, plan, (value, tags) => {
    record(value, { kind: 'monitor', ...tags });
  });
  const asked = new Set(
    pathsOf(profile).filter((_, i) => !isTooMuch(plan.endpoints[i]?.problem ?? PROBLEM.none)),
  );
  const wanted = new Map(
    pathsOf(profile).map((path) => [
      path,
      plan.series.flatMap((series) => (series.source === path ? [series.path] : [])),
    ]),
  );
  const start = now();
  for (let next = start; !over(); next += profile.intervalMs) {
    for (const path of asked) {
      if (over()) return;
      const answer = await ask(path);
      const looked = look(profile, path, answer, wanted.get(path));
      watcher.take(path, (now() - start) / 1_000, looked);
      if (isTooMuch(looked.problem)) asked.delete(path);
    }
    watcher.judge();
    // A look that took longer than the interval is not made up for.
    next = Math.max(next, now() - profile.intervalMs);
    while (!over() && now() < next + profile.intervalMs) {
      await sleep(Math.min(TICK_MS, Math.max(1, next + profile.intervalMs - now())));
    }
  }
}
