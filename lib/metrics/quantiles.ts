/**
 * A dense quantile function instead of a raw log: k6 computes any percentile of a Trend at the end of a run, so a list of
 * them describes the whole distribution, and results of several load generators can be merged. The steps are finer above
 * P90, where the limits are: each level costs k6 and the script memory for every Trend and submetric.
 */
/** Percentiles 0, 0.5, … 90, 90.1, … 100. */
const PERCENTS = [
  ...Array.from({ length: 180 }, (_, i) => i / 2),
  ...Array.from({ length: 101 }, (_, i) => (900 + i) / 10),
];

/** The levels of the quantile function, from 0 to 1. */
export const QUANTILE_LEVELS = PERCENTS.map((percent) => Math.round(percent * 10) / 1_000);

/** k6's names of them: `p(0)`, `p(0.5)`, … `p(100)`. */
const NAMES = PERCENTS.map((percent) => `p(${percent})`);

/** k6's `summaryTrendStats`. */
export const DENSE_TREND_STATS = ['count', 'min', 'avg', 'med', 'max', ...NAMES];

/** The quantile function that a Trend's values hold, `null` where one is missing. */
export function quantileFunction(values: Readonly<Record<string, number>>): number[] | null {
  const quantiles = NAMES.map((name) => values[name]);
  return quantiles.every((value) => value !== undefined) ? quantiles : null;
}
