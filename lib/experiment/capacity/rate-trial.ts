/** One measurement of one arm at one rate. */
import type { CapacityLimits } from '../../config/capacity-plan.ts';
import { LATENESS_LIMIT } from '../stream.ts';
import type { Milliseconds, PerSecond, Share } from '../../../thresholds/types.ts';

export interface RateTrial {
  readonly perSecond: PerSecond;
  /** P95 of the requests of this try; one without an answer counts as the time-out. */
  readonly p95Ms: Milliseconds;
  /** Share of the requests whose answer took longer than P95 may; those count as well that an overload kept from being sent. */
  readonly slowShare: Share;
  /** Share of requests without a successful answer. */
  readonly errorRate: Share;
  /** p99 of planned to real start of a request. */
  readonly latenessMs: Milliseconds;
  readonly requests: number;
}

/** `late`: the load generator could not keep the rate, so that the try says nothing about the target. */
export type Outcome = 'within' | 'over' | 'late';

/**
 * What a try shows. A hold-up of the generator bunches requests together, which makes none of them wait longer than the
 * hold-up lasted: a P95 that is over the limit by more than that is the target's own, whatever the generator did. Errors
 * are the target's unless the hold-ups were longer than the limit: a flood that large nobody has to answer.
 */
export function outcomeOf(
  { p95Ms, errorRate, latenessMs }: RateTrial,
  limits: Readonly<CapacityLimits>,
): Outcome {
  const late = !(latenessMs <= LATENESS_LIMIT);
  if (errorRate > limits.errorRate) return late && latenessMs > limits.p95Ms ? 'late' : 'over';
  if (p95Ms <= limits.p95Ms) return late ? 'late' : 'within';
  return late && p95Ms - latenessMs <= limits.p95Ms ? 'late' : 'over';
}
