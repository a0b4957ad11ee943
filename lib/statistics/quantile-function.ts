import { at } from './element.ts';
import { firstIndex, firstWhere } from './first-where.ts';
import { quantileSorted } from './quantile-sorted.ts';

/**
 * A distribution as its quantile function: the value at each of many probabilities, and linear between them.
 * It stands for the samples of a run where the samples themselves are gone.
 */
export interface QuantileFunction {
  /** How many samples it describes. */
  readonly count: number;
  /** Probabilities, strictly ascending, from 0 to 1. */
  readonly p: readonly number[];
  /** The value at each probability, never descending, in the samples' unit (milliseconds for latency). */
  readonly values: readonly number[];
}

/** The grid that a result holds: p(0), p(0.1), … p(100), as probabilities. */
const PER_MILLE: readonly number[] = /* @__PURE__ */ Array.from({ length: 1001 }, (_, i) => i / 1000);

/**
 * Makes a quantile function from samples in ascending order.
 * @throws RangeError without samples
 */
export function quantileFunctionOf(sorted: ArrayLike<number>, p = PER_MILLE): QuantileFunction {
  return { count: sorted.length, p, values: p.map((probability) => quantileSorted(sorted, probability)) };
}

/** What is wrong with a quantile function that came from a file; undefined if nothing is. */
export function quantileFunctionError({ count, p, values }: QuantileFunction): string | undefined {
  if (!(Number.isInteger(count) && count > 0)) return `count is ${count}: a whole number above 0 is needed`;
  if (p.length !== values.length) return `${p.length} probabilities for ${values.length} values: one each`;
  if (p.length < 2 || p[0] !== 0 || p[p.length - 1] !== 1) return 'the probabilities do not run from 0 to 1';
  if (!ascending(p, true)) return 'the probabilities do not ascend';
  if (!ascending(values, false)) return 'the values descend or are not numbers';
  return undefined;
}

function ascending(list: readonly number[], strictly: boolean): boolean {
  return list.every((value, i) => {
    if (!Number.isFinite(value)) return false;
    if (i === 0) return true;
    const before = at(list, i - 1);
    return strictly ? value > before : value >= before;
  });
}

/**
 * The quantile at probability `p`, linear between the stored points.
 * @throws RangeError with p outside 0…1
 */
export function evaluate(distribution: QuantileFunction, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile at p = ${p}: p lies in 0…1`);
  const right = firstIndex(distribution.p, (probability) => probability >= p);
  const value = at(distribution.values, right);
  if (right === 0 || at(distribution.p, right) === p) return value;
  return along(distribution.p, distribution.values, right, p);
}

/**
 * Merges the distributions of several runs into that of all their samples together: the quantile function of
 * the mixture whose parts weigh as many samples as they have. Each part is taken as linear between its points,
 * and of that mixture the result is exact at every stored probability. (Averaging the runs' percentiles would be
 * wrong: a percentile of a mixture is not a mean of percentiles.)
 * @returns the mixture on the grid of the part that has most points
 * @throws RangeError without parts or with a part that is not a quantile function
 */
export function merge(parts: readonly QuantileFunction[]): QuantileFunction {
  const [first, ...others] = parts;
  if (!first) throw new RangeError('merge of no distributions: give at least one');
  for (const part of parts) {
    const error = quantileFunctionError(part);
    if (error !== undefined) throw new RangeError(`merge of a broken quantile function: ${error}`);
  }
  const finest = others.reduce((best, part) => (part.p.length > best.p.length ? part : best), first);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const mixture = mixtureKnots(parts, count);
  return { count, p: finest.p, values: finest.p.map((p) => invert(mixture, p)) };
}

/**
 * A distribution function at its knots: the limit from the left, and the value, at each x. Asked for at a few hundred
 * levels of many more knots, each is summed up over the parts when it is first asked for.
 */
interface Knots {
  readonly x: readonly number[];
  readonly left: (knot: number) => number;
  readonly right: (knot: number) => number;
}

function mixtureKnots(parts: readonly QuantileFunction[], count: number): Knots {
  const x = [...new Set(parts.flatMap((part) => part.values))].sort((a, b) => a - b);
  const mixed = (probability: typeof probabilityBelow) => {
    const known = new Map<number, number>();
    return (knot: number) => {
      const before = known.get(knot);
      if (before !== undefined) return before;
      const value = at(x, knot);
      const sum = parts.reduce((total, part) => total + (part.count / count) * probability(part, value), 0);
      known.set(knot, sum);
      return sum;
    };
  };
  return { x, left: mixed(probabilityBelow), right: mixed(probabilityUpTo) };
}

/** P(X > x); values equal to x count half. */
export function shareAbove(distribution: QuantileFunction, x: number): number {
  return 1 - (probabilityBelow(distribution, x) + probabilityUpTo(distribution, x)) / 2;
}

/** P(X < x). */
function probabilityBelow({ p, values }: QuantileFunction, x: number): number {
  const right = firstIndex(values, (value) => value >= x);
  if (right === 0) return 0;
  if (right === values.length) return 1;
  return along(values, p, right, x);
}

/** P(X ≤ x). */
function probabilityUpTo({ p, values }: QuantileFunction, x: number): number {
  const right = firstIndex(values, (value) => value > x);
  if (right === 0) return 0;
  if (right === values.length) return 1;
  return along(values, p, right, x);
}

/** The smallest x at which the distribution function reaches p; linear between knots. */
function invert({ x, left, right }: Knots, p: number): number {
  // Sums of weights miss a stored probability by rounding: 1e-12 is far below any resolution of a run.
  const knot = Math.min(
    firstWhere(0, x.length, (i) => right(i) >= p - 1e-12),
    x.length - 1,
  );
  const before = knot - 1;
  if (knot === 0 || left(knot) <= p) return at(x, knot);
  const share = (p - right(before)) / (left(knot) - right(before));
  return at(x, before) + Math.max(0, share) * (at(x, knot) - at(x, before));
}

/** The line through points `right − 1` and `right` of (from, to), at `x`. */
function along(from: readonly number[], to: readonly number[], right: number, x: number): number {
  const x0 = at(from, right - 1);
  const y0 = at(to, right - 1);
  return y0 + ((x - x0) / (at(from, right) - x0)) * (at(to, right) - y0);
}
