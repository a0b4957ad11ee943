/**
 * Bounds of quantiles, and of sums of quantiles, by the ranks of blocks.
 *
 * A quantile lies above x where more than its share of the values does. So each x is asked whether the blocks allow the true
 * share above it to be that large (or that small), and the bounds are the outermost x for which they do: Woodruff's interval
 * (1952), with the error of the share taken at x itself. Where slow values come in few clusters, as stalls make them, this
 * error hardly shrinks with the share, and the bound reaches up to the cluster.
 */
import { ERROR_LEVELS, type BlockedSample } from './blocked-sample.ts';
import { reachOfSum, type Bounds, type Reach } from './contrast.ts';
import { at } from './element.ts';
import { normalQuantile } from './normal.ts';
import { evaluate } from './quantile-function.ts';
import { studentQuantile } from './student-t.ts';

/** A sample and its weight in a sum. */
export interface WeightedSample {
  readonly sample: BlockedSample;
  readonly weight: number;
}

export interface Asked {
  /** Of the quantiles, 0…1. */
  readonly level: number;
  /** One-sided tail probability of each bound, 1e-15…0.5. */
  readonly tail: number;
  /** No value lies outside: its ends stand for bounds of which the blocks say nothing. */
  readonly range: Bounds;
  /**
   * Whether samples with the same blocks were taken at the same times, so that they go together; else they are independent.
   * A number: how far two such samples do, where it is not read from their shares.
   */
  readonly together: boolean | number;
  /** As if so many blocks had been measured, all like those that were. */
  readonly blocks?: number;
}

/**
 * The one-sided bounds of a weighted sum of quantiles; samples that were taken side by side may go together.
 * @returns null with fewer than two blocks (that all samples have, where they go together)
 */
export function boundsOfQuantiles(weighted: readonly WeightedSample[], asked: Asked): Bounds | null {
  const all = weighted.map(({ sample }) => sample.shares);
  const shares =
    asked.together === false ? all.map((own) => own.filter((share) => share !== null)) : inSharedBlocks(all);
  const measured = Math.min(...shares.map(({ length }) => length));
  if (!(measured >= 2 && measured < Infinity)) return null;
  const blocks = asked.blocks ?? measured;
  const strength: Strength = {
    student: studentQuantile(asked.tail, blocks - 1),
    normal: normalQuantile(asked.tail),
    shrunk: Math.sqrt(measured / blocks),
  };
  const terms = weighted.map(({ sample, weight }) => ({ weight, ...reachOf(sample, asked, strength) }));
  const { together } = asked;
  const correlations =
    together === true
      ? shares.map((first, i) => shares.slice(0, i).map((other) => correlation(first, other)))
      : [];
  const known = typeof together === 'number' ? together : 0;
  const { below, above } = reachOfSum(terms, (i, j) => correlations[i]?.[j] ?? known);
  const value = sumOfQuantiles(weighted, asked.level);
  const isOpen = terms.some((term) => term.isOpen);
  return { lower: value - below, upper: value + above, ...(isOpen ? { isOpen } : {}) };
}

/** The weighted sum of the samples' quantiles. */
export function sumOfQuantiles(weighted: readonly WeightedSample[], level: number): number {
  return weighted.reduce((sum, { sample, weight }) => sum + weight * evaluate(sample.quantiles, level), 0);
}

/** How many standard errors a share may be off, and by how much they are smaller than those measured. */
interface Strength {
  readonly student: number;
  readonly normal: number;
  readonly shrunk: number;
}

/** How far one quantile may lie below and above its value. */
function reachOf(
  { quantiles, errors }: BlockedSample,
  { level, range }: Asked,
  strength: Strength,
): Reach & Required<Pick<Bounds, 'isOpen'>> {
  const allowed = 1 - level;
  const errorAt = (i: number) => at(errors, i) * strength.shrunk;
  const fewest = ERROR_LEVELS.map((p, i) => 1 - p - strength.student * errorAt(i));
  const largest = ERROR_LEVELS.map((p, i) => upperShare(1 - p, errorAt(i), strength));
  const value = evaluate(quantiles, level);
  const low = fewest.findIndex((share) => share < allowed);
  const high = largest.findLastIndex((share) => share > allowed);
  const lowest = low <= 0 ? 0 : Math.min(level, crossing(fewest, low - 1, allowed));
  // Above the last level but one lies just the largest value, of which nothing is known.
  const isOpen = high >= ERROR_LEVELS.length - 2;
  const highest = isOpen ? 1 : Math.max(level, crossing(largest, high, allowed));
  const [bottom, top] = [evaluate(quantiles, lowest), evaluate(quantiles, highest)];
  return {
    isOpen,
    below: value - (lowest === 0 ? Math.min(range.lower, bottom) : bottom),
    above: (isOpen ? Math.max(range.upper, top) : top) - value,
  };
}

/**
 * The largest share that the blocks allow: by Student's t, and by the number of clusters that such an error speaks of. A
 * share p with standard error e is worth k = p²/e² clusters of e²/p each; the bound counts one more of them than was seen
 * (Fay & Feuer 1997, Statistics in Medicine 16, 791–801, for weighted Poisson counts: ½·(e²/p)·χ² with 2(k + 1) degrees,
 * here by Wilson & Hilferty 1931). As k was estimated from as few, the quantile is stretched by √(1 + 3/(k + 1)).
 */
export function upperShare(
  share: number,
  error: number,
  { student, normal }: Omit<Strength, 'shrunk'>,
): number {
  if (share <= 0 || error === 0) return share;
  const clusters = (share / error) ** 2 + 1;
  const spread = 1 / (9 * clusters);
  const z = normal * Math.sqrt(1 + 3 / clusters);
  const byClusters =
    ((error * error) / share) * clusters * Math.max(0, 1 - spread + z * Math.sqrt(spread)) ** 3;
  return Math.max(share + student * error, byClusters);
}

/** The level between points i and i + 1 at which shares that fall cross one. */
function crossing(shares: readonly number[], i: number, share: number): number {
  const [from, to] = [at(shares, i), at(shares, i + 1)];
  const step = at(ERROR_LEVELS, i + 1) - at(ERROR_LEVELS, i);
  return at(ERROR_LEVELS, i) + ((from - share) / (from - to)) * step;
}

/** Of shares by block, those in the blocks that all samples have. */
export function inSharedBlocks(samples: readonly (readonly (number | null)[])[]): number[][] {
  const isShared = (b: number) => samples.every((shares) => shares[b] != null);
  return samples.map((shares) => shares.filter((share, b): share is number => share !== null && isShared(b)));
}

/** So much of what two samples share may be chance: no more of it is believed. */
const MOST_CORRELATION = 0.99;

/** How far two samples go together, by the shares of their blocks. */
export function correlation(first: readonly number[], second: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanOfFirst, meanOfSecond] = [mean(first), mean(second)];
  let [product, squares, others] = [0, 0, 0];
  first.forEach((value, b) => {
    const [x, y] = [value - meanOfFirst, at(second, b) - meanOfSecond];
    product += x * y;
    squares += x * x;
    others += y * y;
  });
  if (squares === 0 || others === 0) return 0;
  return Math.max(-MOST_CORRELATION, Math.min(MOST_CORRELATION, product / Math.sqrt(squares * others)));
}
