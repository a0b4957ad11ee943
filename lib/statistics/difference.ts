import type { Bounds } from '../experiment/estimate.ts';
import type { Milliseconds } from '../experiment/measurement.ts';

/** A number with its 95 % interval. */
export interface Measured {
  readonly value: Milliseconds;
  readonly interval: Bounds;
}

/**
 * The difference of two numbers of independent measurements. Each side of its interval is the root of the squares of the
 * two deviations that push it there (MOVER: Zou & Donner 2008, Statistics in Medicine 27, 1693–1702), so that intervals
 * which are not symmetric keep their shape.
 */
export function difference(first: Measured, second: Measured): Measured {
  const value = first.value - second.value;
  const below = Math.hypot(first.value - first.interval.lower, second.interval.upper - second.value);
  const above = Math.hypot(first.interval.upper - first.value, second.value - second.interval.lower);
  return { value, interval: { lower: value - below, upper: value + above } };
}
