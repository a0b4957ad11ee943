/** How fast a value grows, so that a few outliers do not decide. */
import { quantileSorted } from './quantile-sorted.ts';

/** Fewer points give no slope. */
export const LEAST_POINTS = 5;

/**
 * The median of the slopes between all pairs of points (Theil-Sen), in units a minute; up to 29 % of the points may lie
 * anywhere. `null` below five points or where no time passes between them.
 * @param seconds when each value was seen
 * @see P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, 1968
 */
export function slopePerMinute(seconds: readonly number[], values: readonly number[]): number | null {
  const points = seconds.length;
  if (points < LEAST_POINTS) return null;
  // A typed array takes numbers as they are, where each element of another is an object in k6's runtime; and it is
  // sorted by number without a function that is called for each comparison.
  const slopes = new Float64Array((points * (points - 1)) / 2);
  let count = 0;
  for (let i = 0; i < points; i += 1) {
    for (let j = i + 1; j < points; j += 1) {
      const passed = (seconds[j] ?? 0) - (seconds[i] ?? 0);
      if (passed === 0) continue;
      slopes[count] = ((values[j] ?? 0) - (values[i] ?? 0)) / passed;
      count += 1;
    }
  }
  if (count === 0) return null;
  return quantileSorted(slopes.subarray(0, count).sort(), 0.5) * 60;
}
