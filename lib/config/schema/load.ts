/** The load of a scenario, and what must hold for it to pass. */
import {
  aboveZero,
  bool,
  count,
  duration,
  fromZero,
  limitMs,
  number,
  object,
  optional,
  perSecond,
  shape,
  share,
  stages,
  thinkTimeSeconds,
  type Content,
} from '../fields.ts';

export type { Stage } from '../fields.ts';

/** How a load is applied: ramping users, a fixed number of iterations shared by users, or an arrival rate. */
export type Shape = Content<typeof shape>;

/** The load of a scenario in each shape; `shape` is the one it runs in unless LOAD says otherwise. */
export const loadFields = {
  shape,
  /** Ramping users, k6's `ramping-vus`. */
  stages: stages(
    'expected steps such as { duration: "30s", target: 10 }, with a target above 0 in one',
    number('expected users from 0 on', { least: 0, whole: true }),
  ),
  /** Iterations shared by `users`, k6's `shared-iterations`; given up after `maxDuration`. */
  iterations: object({ total: count, users: count, maxDuration: duration }),
  /** Arrival rate whatever the answers take (open model); `users` is the most that may wait at once. */
  rate: object({ perSecond, duration, users: count }),
  /** Pause after each request. Default: 1 s in `stages`, as in the guide, 0 in the other shapes. */
  thinkTimeSeconds: optional(thinkTimeSeconds),
};
export const loadProfile = object(loadFields);
export interface LoadProfile extends Content<typeof loadProfile> {}

/** Upper limits on what the target says about itself. No environment of the suite sets one. */
const monitorLimits = object({
  /** Entries a minute by which the fastest growing queue grows. */
  queueGrowthPerMinute: optional(fromZero),
  /** Growth of the target's memory, MB (1,000,000 bytes) a minute. */
  memoryGrowthMbPerMinute: optional(fromZero),
  /** Largest share of the database pool's connections in use. */
  dbPoolShare: optional(aboveZero),
  /** Errors that the target reports during the run. */
  targetErrors: optional(fromZero),
  /** Entries that full queues drop during the run. */
  dropped: optional(fromZero),
});
export interface MonitorLimits extends Content<typeof monitorLimits> {}

/** What must hold for a run to pass. A limit that is left out is not gated. */
export const limitFields = {
  /** P95 of successful requests. */
  p95Ms: optional(limitMs),
  /** P99 of successful requests. */
  p99Ms: optional(limitMs),
  /** Share of failed requests and failed checks. */
  errorRate: share,
  /** Also count an answer slower than `p95Ms` as an error: the guide's script does. */
  slowIsError: optional(bool),
  /** What the target says about itself during the run. */
  monitor: optional(monitorLimits),
};
export const limits = object(limitFields);
export interface Limits extends Content<typeof limits> {}
