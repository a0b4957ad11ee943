/** Capacities for people. */
import type { PerSecond, Share } from '../../../thresholds/types.ts';
import { humanRange } from '../../format/format.ts';
import { boundsOf, type Bounded } from './estimate.ts';

/** A number over blocks as results hold it. */
interface Shown {
  kind: Bounded['kind'];
  value: number | null;
  interval: { lower: number; upper: number } | null;
  /** The one-sided bounds that decide. */
  bounds: { lower: number | null; upper: number | null };
}

export function toResult(of: Bounded): Shown {
  return {
    kind: of.kind,
    value: of.kind === 'not known' ? null : of.value,
    interval: of.kind === 'estimate' ? of.interval : null,
    bounds: boundsOf(of),
  };
}

/** `observability costs 18.2 % (95 % interval 12.1 % to 24.0 %) of capacity`. */
export function describeLoss(loss: Shown): string {
  const said = describeShare(loss);
  return said === null
    ? 'what observability costs of capacity was not found'
    : `observability costs ${said} of capacity`;
}

/** `18.2 % (95 % interval 12.1 % to 24.0 %)`, `at least 30.0 %`; null where it is not known. */
export function describeShare(loss: Shown): string | null {
  return describe(loss, humanPercent);
}

/** `812/s (95 % interval 790/s to 834/s)`, `at least 2000/s`. */
export function describeCapacity(capacity: Shown): string {
  return describe(capacity, humanRate) ?? 'not known';
}

function describe({ kind, value, interval }: Shown, human: (value: number) => string): string | null {
  if (value === null) return null;
  if (kind !== 'estimate') return `${kind} ${human(value)}`;
  return interval === null
    ? human(value)
    : `${human(value)} (95 % interval ${humanRange(interval.lower, interval.upper, human)})`;
}

/** `18.2 %`. */
export function humanPercent(share: Share): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `812/s`; below 20 one decimal. */
export function humanRate(perSecond: PerSecond): string {
  return `${perSecond.toFixed(Math.abs(perSecond) < 20 ? 1 : 0)}/s`;
}
