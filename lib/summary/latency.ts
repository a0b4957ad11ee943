/** A Trend of k6's summary → latency. */
import { evaluate } from '../statistics/quantile-function.ts';
import { quantileFunction, QUANTILE_LEVELS } from '../metrics/quantiles.ts';
import { latencyFrom } from '../result/merged-latency.ts';
import type { Latency } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';

/**
 * The latency of a Trend in milliseconds, `null` where it has no sample.
 *
 * k6 records a refused connection as 0 ms, which pulls percentiles down; `withoutRefused` takes the zeros off the lower
 * end of the quantile function, to its step of 0.5 %.
 */
export function latencyOf(
  { metrics }: Pick<SummaryData, 'metrics'>,
  metric: string,
  { withoutRefused = false } = {},
): Latency | null {
  const values = metrics[metric]?.values;
  const count = values?.count ?? 0;
  const quantiles = values && quantileFunction(values);
  if (values === undefined || quantiles === null || quantiles === undefined || count === 0) return null;
  const zeros = withoutRefused ? zeroCount(values) : 0;
  const distribution = (valuesMs: readonly number[], samples: number) => ({
    count: samples,
    p: QUANTILE_LEVELS,
    values: valuesMs,
  });
  const meanMs = values.avg ?? 0;
  if (zeros === 0) return latencyFrom(distribution(quantiles, count), meanMs);
  if (zeros === count) return null;
  // Where the other samples begin. A percentile just below lies between a zero and a sample, and is neither.
  const from = zeros / (count - 1);
  const first = quantiles[QUANTILE_LEVELS.findIndex((level) => level >= from)] ?? 0;
  const cleaned = quantiles.map((value, i) => ((QUANTILE_LEVELS[i] ?? 0) < from ? first : value));
  const others = QUANTILE_LEVELS.map((p) => evaluate(distribution(cleaned, count), from + p * (1 - from)));
  return latencyFrom(distribution(others, count - zeros), (meanMs * count) / (count - zeros));
}

/** Share of samples that are exactly 0 ms, to the step of the quantile function. */
export function zeroShare(values: Readonly<Record<string, number>>): number {
  const { count = 0 } = values;
  return count === 0 ? 0 : zeroCount(values) / count;
}

/**
 * How many samples are exactly 0 ms: exact where samples lie further apart than the levels, else to the step of the
 * quantile function. The percentile at level p is what stands at place p·(count − 1), counted from 0.
 */
function zeroCount(values: Readonly<Record<string, number>>): number {
  const { count = 0 } = values;
  const quantiles = quantileFunction(values);
  if (quantiles === null) return 0;
  const firstAbove = quantiles.findIndex((value) => value > 0);
  if (firstAbove === -1) return count;
  if (firstAbove === 0) return 0;
  const place = (QUANTILE_LEVELS[firstAbove] ?? 0) * (count - 1);
  return Math.ceil(place - 1e-9);
}
