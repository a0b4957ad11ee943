import type { Bounds } from './contrast.ts';
import { studentQuantile } from './student-t.ts';
import { meanOf, varianceOf } from './t-test.ts';

/**
 * Bounds of a mean by Student's t over independent values: right for means of blocks, unlike for percentiles.
 * @param tail one-sided, on each side, 1e-15…0.5; 0: it is too early for any
 * @returns `null` with fewer than two values, or where it is too early
 */
export function meanBounds(values: readonly number[], tail: number): Bounds | null {
  if (values.length < 2 || tail <= 0) return null;
  const mean = meanOf(values);
  // The variance there is divided by n, not n − 1.
  const error = Math.sqrt(varianceOf(values) / (values.length - 1));
  const reach = studentQuantile(tail, values.length - 1) * error;
  return { lower: mean - reach, upper: mean + reach };
}
