/** Quantiles of what is sorted: apart from those of any list, whose library every bundle would hold. */
import { at } from './element.ts';

/**
 * The type 7 quantile (Hyndman & Fan 1996): linear interpolation at rank p·(n − 1). k6's Trend and
 * `numpy.quantile` use the same rule.
 * @param sorted samples in ascending order, in any unit
 * @param p probability, 0…1
 * @returns a value in the samples' unit
 * @throws RangeError without samples, or with p outside 0…1
 */
export function quantileSorted(sorted: ArrayLike<number>, p: number): number {
  checkQuantile(sorted.length, p);
  const rank = p * (sorted.length - 1);
  const below = Math.floor(rank);
  return interpolate(at(sorted, below), at(sorted, Math.ceil(rank)), rank - below);
}

/** Throws unless `p` is a probability and there is at least one sample. */
export function checkQuantile(count: number, p: number): void {
  if (count === 0) throw new RangeError('quantile of no samples: give at least one');
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile at p = ${p}: p lies in 0…1`);
}

export function interpolate(low: number, high: number, share: number): number {
  return low + (high - low) * share;
}
