/**
 * A dense quantile function instead of a raw log: k6 computes any percentile of a Trend at the end of a run, so a list
 * of 1,001 of them describes the whole distribution, and results of several load generators can be merged.
 */

/** Steps of the quantile function: p = 0, 0.001, … 1. */
export const QUANTILE_STEPS = 1_000;

/** k6's names of those percentiles: `p(0)`, `p(0.1)`, … `p(100)`. */
const PERCENTILES = Array.from({ length: QUANTILE_STEPS + 1 }, (_, i) => `p(${i / (QUANTILE_STEPS / 100)})`);

/** k6's `summaryTrendStats`. */
export const DENSE_TREND_STATS = ['count', 'min', 'avg', 'med', 'max', ...PERCENTILES];

/** The quantile function that a Trend's values hold, `null` where one is missing. */
export function quantileFunction(values: Readonly<Record<string, number>>): number[] | null {
  const quantiles = PERCENTILES.map((name) => values[name]);
  return quantiles.every((value) => value !== undefined) ? quantiles : null;
}

/** The value at `p` (0 to 1), linear between the steps, as k6 and `numpy.quantile` have it between samples. */
export function quantileAt(quantiles: readonly number[], p: number): number {
  const position = Math.min(Math.max(p, 0), 1) * (quantiles.length - 1);
  const below = Math.floor(position);
  const low = quantiles[below] ?? Number.NaN;
  const high = quantiles[below + 1] ?? low;
  return low + (high - low) * (position - below);
}
