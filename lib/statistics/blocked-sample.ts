/**
 * A sample that was taken in blocks, as the estimator by ranks needs it: the distribution of all its values together, and
 * how far the blocks disagree about the share of values above each point of it.
 */
import { at } from './element.ts';
import { firstIndex } from './first-where.ts';
import { evaluate, shareAbove, type QuantileFunction } from './quantile-function.ts';

export interface BlockedSample {
  /** Of all values together. */
  readonly quantiles: QuantileFunction;
  /** Standard error, over blocks, of the share of values above the quantile at each of `ERROR_LEVELS`. */
  readonly errors: readonly number[];
  /** Share of each block's values above the quantile at `CENTRE`; null where a block was not measured. */
  readonly shares: readonly (number | null)[];
  /** The same at each of `CURVE_LEVELS`; absent where it was not kept. */
  readonly sharesOfCurve?: readonly (readonly (number | null)[])[];
}

/** The level whose shares tell how samples that were taken side by side go together. */
export const CENTRE = 0.95;

/** From the median on, the levels at which samples are compared. */
export const CURVE_LEVELS: readonly number[] = [
  0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99,
];

/** Where errors are known; linear between. Fine around P95, and in the far tail, where rare stalls are. */
export const ERROR_LEVELS: readonly number[] = [
  0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.88, 0.9, 0.91, 0.92, 0.93, 0.94, 0.945, 0.95, 0.955,
  0.96, 0.965, 0.97, 0.975, 0.98, 0.985, 0.99, 0.993, 0.996, 0.998, 0.999, 1,
];

/** One block: how many values, and which share of them lies above one; those equal to it count half. */
export interface Block {
  readonly count: number;
  readonly above: (value: number) => number;
}

/** A block by its values in ascending order. */
export function sortedBlock(sorted: ArrayLike<number>): Block {
  const { length } = sorted;
  const above = (value: number) => {
    const from = firstIndex(sorted, (one) => one >= value);
    const beyond =
      from < length && at(sorted, from) === value ? firstIndex(sorted, (one) => one > value) : from;
    return 1 - (from + beyond) / (2 * length);
  };
  return { count: length, above };
}

/** A block by its quantile function. */
export function distributionBlock(distribution: QuantileFunction): Block {
  return { count: distribution.count, above: (value) => shareAbove(distribution, value) };
}

/**
 * A sample by its distribution and its blocks.
 * @param quantiles of all values of all blocks together
 */
export function blockedSample(quantiles: QuantileFunction, blocks: readonly (Block | null)[]): BlockedSample {
  const sharesAt = ERROR_LEVELS.map((level) => {
    const value = evaluate(quantiles, level);
    return blocks.map((block) => block?.above(value) ?? null);
  });
  const sharesOf = (level: number) => sharesAt[ERROR_LEVELS.indexOf(level)] ?? [];
  return {
    quantiles,
    errors: sharesAt.map((shares, i) => shareError(shares, 1 - at(ERROR_LEVELS, i), blocks)),
    shares: sharesOf(CENTRE),
    sharesOfCurve: CURVE_LEVELS.map(sharesOf),
  };
}

/**
 * How many separate clusters the values above the 95th percentile come in, by what the blocks say of their share: as many
 * independent clusters would give it the same error, (share/error)². A value that lies there alone is a cluster.
 */
export function slowClusters({ errors }: Pick<BlockedSample, 'errors'>): number {
  return ((1 - CENTRE) / at(errors, ERROR_LEVELS.indexOf(CENTRE))) ** 2;
}

/**
 * The standard error of the share above a value, from how far the blocks disagree (of a ratio, so that blocks may be of
 * unequal size); at least that of independent values. 0 with one block.
 */
function shareError(
  shares: readonly (number | null)[],
  share: number,
  blocks: readonly (Block | null)[],
): number {
  const counts = blocks.map((block) => block?.count ?? 0);
  const measured = blocks.filter((block) => block !== null).length;
  const all = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, b) => sum + (count / all) * (shares[b] ?? 0), 0);
  const squares = counts.reduce((sum, count, b) => sum + ((count / all) * ((shares[b] ?? 0) - mean)) ** 2, 0);
  const between = measured < 2 ? 0 : (squares * measured) / (measured - 1);
  return Math.sqrt(Math.max(between, (share * (1 - share)) / all));
}
