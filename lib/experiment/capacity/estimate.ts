/** What each block makes of the capacity of both arms → these capacities, and what the treatment costs of it. */
import type { Bounds } from '../../statistics/contrast.ts';
import { meanBounds } from '../../statistics/mean-bounds.ts';
import { ALPHA } from '../../statistics/spending.ts';
import { meanOf } from '../../statistics/t-test.ts';
import { DISPLAY_TAIL } from '../estimate.ts';
import type { Share } from '../../../thresholds/types.ts';
import type { Crossing } from './climb.ts';

/** A number over blocks. What is only bounded has no number: it is at least, or at most, something. */
export type Bounded =
  | {
      readonly kind: 'estimate';
      readonly value: number;
      readonly interval: Bounds | null;
      readonly bounds: Bounds | null;
    }
  /** `lower` is the one-sided bound of what it is at least; `null` with one block. */
  | { readonly kind: 'at least'; readonly value: number; readonly lower: number | null }
  | { readonly kind: 'at most'; readonly value: number; readonly upper: number | null }
  /** The blocks bound it from both sides, or not at all. */
  | { readonly kind: 'not known' };

/** The capacity of an arm in requests a second: the geometric mean over blocks. */
export function capacityOf(crossings: readonly Crossing[]): Bounded {
  const at = crossings.flatMap((crossing) => (crossing.kind === 'not known' ? [] : [crossing.perSecond]));
  switch (sideOf(crossings.map(({ kind }) => kind))) {
    case 'crossed':
      return mapped(estimated(at.map(Math.log)), Math.exp);
    // Nobody knows how far above: the smallest is what was shown.
    case 'at least':
      return { kind: 'at least', value: Math.min(...at), lower: Math.min(...at) };
    case 'at most':
      return { kind: 'at most', value: Math.max(...at), upper: Math.max(...at) };
    case 'not known':
      return { kind: 'not known' };
  }
}

/**
 * The share of the baseline's capacity that the treatment costs, from the ratio of both in each block: 1 − exp(mean of
 * ln(treatment/baseline)). Negative where the treatment holds more. Where a climb ended at the ceiling or at the generator,
 * its rate bounds the ratio, and so the share, from one side.
 */
export function lossOf(baseline: readonly Crossing[], treatment: readonly Crossing[]): Bounded {
  const logs: number[] = [];
  const sides: Side[] = [];
  treatment.forEach((over, block) => {
    const under = baseline[block];
    if (under === undefined) return;
    sides.push(ratioSide(over.kind, under.kind));
    if (over.kind !== 'not known' && under.kind !== 'not known')
      logs.push(Math.log(over.perSecond / under.perSecond));
  });
  const share = (log: number): Share => 1 - Math.exp(log);
  const ratio = estimated(logs);
  const { value, bounds } = ratio;
  switch (sideOf(sides)) {
    case 'crossed':
      return mapped(ratio, share);
    // The ratio is at most this, so the loss at least.
    case 'at most':
      return { kind: 'at least', value: share(value), lower: bounds && share(bounds.upper) };
    case 'at least':
      return { kind: 'at most', value: share(value), upper: bounds && share(bounds.lower) };
    case 'not known':
      return { kind: 'not known' };
  }
}

/** The one-sided bounds of a value; null where it has none on that side. */
export function boundsOf(value: Bounded): { lower: number | null; upper: number | null } {
  switch (value.kind) {
    case 'estimate':
      return { lower: value.bounds?.lower ?? null, upper: value.bounds?.upper ?? null };
    case 'at least':
      return { lower: value.lower, upper: null };
    case 'at most':
      return { lower: null, upper: value.upper };
    case 'not known':
      return { lower: null, upper: null };
  }
}

/** From which side a number is known; `crossed`: exactly. */
type Side = Crossing['kind'];

/** From which side the mean of blocks is known. */
function sideOf(sides: readonly Side[]): Side {
  const found = new Set(sides.filter((side) => side !== 'crossed'));
  if (sides.length === 0 || found.size > 1) return 'not known';
  const [only] = found;
  return only ?? 'crossed';
}

const REVERSED = {
  crossed: 'crossed',
  'at least': 'at most',
  'at most': 'at least',
  'not known': 'not known',
} as const satisfies Record<Side, Side>;

function ratioSide(over: Side, under: Side): Side {
  return sideOf([over, REVERSED[under]]);
}

type Estimated = Bounded & { kind: 'estimate' };

function estimated(values: readonly number[]): Estimated {
  const [interval, bounds] = [meanBounds(values, DISPLAY_TAIL), meanBounds(values, ALPHA)];
  return { kind: 'estimate', value: meanOf(values), interval, bounds };
}

/** An estimate on another scale, which may run the other way. */
function mapped({ value, interval, bounds }: Estimated, scale: (value: number) => number): Estimated {
  const scaled = (ends: Bounds | null) => {
    if (ends === null) return null;
    const [one, other] = [scale(ends.lower), scale(ends.upper)];
    return { lower: Math.min(one, other), upper: Math.max(one, other) };
  };
  return { kind: 'estimate', value: scale(value), interval: scaled(interval), bounds: scaled(bounds) };
}
