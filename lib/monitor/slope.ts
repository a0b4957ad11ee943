/** How fast a value grows, so that a few outliers do not decide. */

/** A value and when it was seen. */
export interface Point {
  seconds: number;
  value: number;
}

/** Fewer points give no slope. */
export const LEAST_POINTS = 5;

/**
 * The median of the slopes between all pairs of points (Theil-Sen), in units a minute; up to 29 % of the points may lie
 * anywhere. `null` below five points or where no time passes between them.
 * @see P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, 1968
 */
export function slopePerMinute(points: readonly Point[]): number | null {
  if (points.length < LEAST_POINTS) return null;
  const slopes: number[] = [];
  points.forEach((from, i) => {
    for (const to of points.slice(i + 1)) {
      if (to.seconds !== from.seconds) slopes.push((to.value - from.value) / (to.seconds - from.seconds));
    }
  });
  if (slopes.length === 0) return null;
  // A typed array is sorted by number without a function that is called for each comparison.
  const sorted = Float64Array.from(slopes).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
  return median * 60;
}
