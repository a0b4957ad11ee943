/**
 * How one arm climbs the ladder in one block: up, rung by rung, until a rate is over the limits twice in a row (a stall may
 * be chance), then into the gap below until it is as narrow as the resolution. What was tried decides what comes next, so
 * that the report can retrace the climb from its tries.
 */
import type { Milliseconds, PerSecond, Share } from '../../../thresholds/types.ts';
import { outcomeOf, type Outcome, type RateTrial } from './rate-trial.ts';
import type { CapacityLimits } from '../../config/capacity-plan.ts';

/**
 * In a gap no wider than this, one try decides: to believe a stall there costs little, and to believe the better of two
 * tries each time ends the climb higher (3.8 instead of 3.0 % above the limit of a worker that takes 8 ms, simulated).
 */
const NARROW = 1.15;

/** Where an arm's climb in a block ended. */
export type Crossing =
  /** Between the last rate that holds and the first that does not; there by errors, where P95 held. */
  | { readonly kind: 'crossed'; readonly perSecond: PerSecond; readonly byErrors?: true }
  /** The target held every rate that could be sent to it. */
  | { readonly kind: 'at least'; readonly perSecond: PerSecond; readonly by: 'ceiling' | 'generator' }
  /** Over its limits at the first rung already. */
  | { readonly kind: 'at most'; readonly perSecond: PerSecond }
  /** The generator could not even keep the first rung. */
  | { readonly kind: 'not known' };

export type Step =
  { readonly kind: 'try'; readonly perSecond: PerSecond } | { readonly kind: 'ended'; readonly at: Crossing };

/** The highest rate known to hold, and the lowest known not to. */
interface Bracket {
  low: RateTrial | null;
  high: { try: RateTrial; outcome: Exclude<Outcome, 'within'> } | null;
  /** Not held once: it is tried again. */
  pending: RateTrial | null;
}

/**
 * What comes next in a climb.
 * @param rungs of this block, rising
 * @param start the rung to start with
 * @param tries so far in this block, in their order
 * @param resolution of the gap in which the climb ends
 */
export function nextStep(
  rungs: readonly PerSecond[],
  start: PerSecond,
  tries: readonly RateTrial[],
  limits: Readonly<CapacityLimits>,
  resolution: Share,
): Step {
  const { low, high, pending } = bracketOf(tries, limits);
  if (pending !== null) return { kind: 'try', perSecond: pending.perSecond };
  if (high === null) {
    const next = low === null ? start : rungs.find((rung) => rung > low.perSecond);
    if (next !== undefined) return { kind: 'try', perSecond: next };
    return ended({ kind: 'at least', perSecond: low?.perSecond ?? start, by: 'ceiling' });
  }
  if (low === null) {
    const below = rungs.findLast((rung) => rung < high.try.perSecond);
    if (below !== undefined) return { kind: 'try', perSecond: below };
    return ended(
      high.outcome === 'late' ? { kind: 'not known' } : { kind: 'at most', perSecond: high.try.perSecond },
    );
  }
  if (high.outcome === 'late') return ended({ kind: 'at least', perSecond: low.perSecond, by: 'generator' });
  if (high.try.perSecond / low.perSecond > 1 + resolution)
    return { kind: 'try', perSecond: Math.sqrt(low.perSecond * high.try.perSecond) };
  const byErrors = high.try.p95Ms <= limits.p95Ms;
  // P95 does not say where errors cross their limit: the middle.
  const share = byErrors ? 1 / 2 : shareBelowLimit(low, high.try, limits.p95Ms);
  const perSecond = low.perSecond * (high.try.perSecond / low.perSecond) ** share;
  return ended({ kind: 'crossed', perSecond, ...(byErrors && { byErrors }) });
}

/**
 * The rung at which a later block starts: one or two steps below where the former ended, which saves the climb. From there
 * it goes down as well as up.
 */
export function startOf(rungs: readonly PerSecond[], step: number, former: Crossing | null): PerSecond {
  const [first = 0] = rungs;
  if (former === null || former.kind === 'at most' || former.kind === 'not known') return first;
  return rungs.findLast((rung) => rung <= former.perSecond / step) ?? first;
}

function bracketOf(tries: readonly RateTrial[], limits: Readonly<CapacityLimits>): Bracket {
  const bracket: Bracket = { low: null, high: null, pending: null };
  for (const one of tries) {
    const first = bracket.pending;
    bracket.pending = null;
    const outcome = outcomeOf(one, limits);
    if (outcome === 'within') bracket.low = one;
    else if (outcome === 'over' && (first !== null || isNarrow(bracket)))
      bracket.high = { try: one, outcome };
    else if (first === null) bracket.pending = one;
    // Late is what was late both times: once over the limits is more than the generator's doing.
    else bracket.high = { try: first, outcome: outcomeOf(first, limits) === 'over' ? 'over' : 'late' };
  }
  return bracket;
}

function isNarrow({ low, high }: Bracket): boolean {
  return low !== null && high !== null && high.try.perSecond / low.perSecond <= NARROW;
}

/** How far up the gap P95 reaches its limit, by a straight line between two tries in the logarithms of rate and latency. */
function shareBelowLimit(low: RateTrial, high: RateTrial, limitMs: Milliseconds): Share {
  if (low.p95Ms <= 0) return 1 / 2;
  const share = Math.log(limitMs / low.p95Ms) / Math.log(high.p95Ms / low.p95Ms);
  return Math.min(1, Math.max(0, share));
}

function ended(at: Crossing): Step {
  return { kind: 'ended', at };
}
