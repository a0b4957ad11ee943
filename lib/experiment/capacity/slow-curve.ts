/**
 * The capacity of an arm from all its tries: how the share of slow requests rises with the rate, and where it crosses what
 * P95 leaves. A climb ends where one try in two is over the limit. A server that is slower in some tries than in others
 * has most of its slow requests in these, so that P95 of all its requests reaches the limit at a lower rate.
 *
 * The curve is 1 − exp(−exp(a + b·ln rate)), fitted by quasi-likelihood (McCullagh & Nelder, Generalized Linear Models,
 * chapter 9; complementary log-log link) to the tries near the ends of the climbs.
 */
import type { PerSecond, Share } from '../../../thresholds/types.ts';
import { meanOf } from '../../statistics/t-test.ts';

/** A try that says something about the target. */
export interface SlowShare {
  readonly perSecond: PerSecond;
  readonly slowShare: Share;
}

/** Tries no further from the ends of the climbs count, in logarithms of the rate. */
const REACH = Math.log(1.15);
/** What P95 leaves above it. */
const ALLOWED: Share = 0.05;
/** Tries near the ends of the climbs that a curve needs. */
const LEAST_TRIES = 4;
/** A share of none or of all would let the curve rise without end. */
const NEAREST: Share = 0.0005;
/** Steps of the search: how many at most, how far at once in a and in b, and when they are small enough. */
const STEPS = { most: 60, a: 2, b: 20, small: 1e-6 } as const;
/** The slope with which the search begins: a tenth of the rate makes the share fifty times as large. */
const FIRST_SLOPE = 40;

/**
 * For each block, what it makes of the capacity: the mean of their logarithms is that of the capacity by the tries of all
 * blocks, and they differ as much as leaving blocks out moves it (the jackknife's pseudo-values, about that number).
 * @param blocks the tries of each block
 * @param around where the climbs ended
 * @returns null where the tries of all blocks, or those without one of them, show no crossing
 */
export function ratesByBlock(
  blocks: readonly (readonly SlowShare[])[],
  around: PerSecond,
): PerSecond[] | null {
  const whole = crossingOf(blocks.flat(), around);
  if (whole === null) return null;
  if (blocks.length === 1) return [whole];
  const logs: number[] = [];
  for (const left of blocks.keys()) {
    const others = blocks.filter((_, block) => block !== left);
    const without = crossingOf(others.flat(), around);
    if (without === null) return null;
    logs.push(Math.log(without));
  }
  const mean = meanOf(logs);
  return logs.map((log) => whole * Math.exp((blocks.length - 1) * (mean - log)));
}

/**
 * The rate at which the curve crosses what is allowed.
 * @returns null where there are too few tries or none on one side, and where the curve does not cross among their rates
 */
export function crossingOf(tries: readonly SlowShare[], around: PerSecond): PerSecond | null {
  const near = tries
    .map(({ perSecond, slowShare }) => ({
      x: Math.log(perSecond / around),
      share: Math.min(1 - NEAREST, Math.max(NEAREST, slowShare)),
    }))
    .filter(({ x }) => Math.abs(x) <= REACH);
  const over = near.filter(({ share }) => share > ALLOWED).length;
  if (near.length < LEAST_TRIES || over === 0 || over === near.length) return null;
  const found = fit(near);
  if (found === null || found.b <= 0) return null;
  const x = (linked(ALLOWED) - found.a) / found.b;
  return Math.abs(x) <= REACH ? around * Math.exp(x) : null;
}

interface Point {
  readonly x: number;
  readonly share: Share;
}

function linked(share: Share): number {
  return Math.log(-Math.log(1 - share));
}

/** Fisher's scoring with steps of limited length; null where it comes to no end. */
function fit(points: readonly Point[]): { a: number; b: number } | null {
  let [a, b] = [linked(ALLOWED), FIRST_SLOPE];
  for (let step = 0; step < STEPS.most; step += 1) {
    const sums = { ofA: 0, ofB: 0, aa: 0, ab: 0, bb: 0 };
    for (const { x, share } of points) {
      const hazard = Math.exp(Math.min(3, Math.max(-20, a + b * x)));
      const left = Math.exp(-hazard);
      const slope = left * hazard;
      const weight = slope / (left * (1 - left));
      const error = weight * (share - (1 - left));
      sums.ofA += error;
      sums.ofB += error * x;
      sums.aa += weight * slope;
      sums.ab += weight * slope * x;
      sums.bb += weight * slope * x * x;
    }
    const determinant = sums.aa * sums.bb - sums.ab ** 2;
    if (!(determinant > 1e-9 * sums.aa * sums.bb)) return null;
    const byA = (sums.bb * sums.ofA - sums.ab * sums.ofB) / determinant;
    const byB = (sums.aa * sums.ofB - sums.ab * sums.ofA) / determinant;
    const length = Math.min(1, STEPS.a / Math.abs(byA), STEPS.b / Math.abs(byB));
    a += length * byA;
    b += length * byB;
    if (Math.abs(byA) < STEPS.small && Math.abs(byB) < STEPS.small) return { a, b };
  }
  return null;
}
