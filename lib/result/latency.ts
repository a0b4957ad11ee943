/** A Trend of k6's summary → latency. */
import { quantileAt, quantileFunction, QUANTILE_STEPS } from './quantiles.ts';
import type { Latency } from './run-result.ts';
import type { SummaryData } from './summary-data.ts';

/**
 * The latency of a Trend in milliseconds, `null` where it has no sample.
 *
 * k6 records a refused connection as 0 ms, which pulls percentiles down; `withoutRefused` takes the zeros off the lower
 * end of the quantile function, to its step of 0.1 %.
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
  const zeros = withoutRefused ? zeroShare(values) : 0;
  if (zeros === 0) {
    return describe(quantiles, count, values.avg ?? 0);
  }
  if (zeros >= 1) return null;
  const steps = Array.from({ length: QUANTILE_STEPS + 1 }, (_, i) =>
    quantileAt(quantiles, zeros + (i / QUANTILE_STEPS) * (1 - zeros)),
  );
  return describe(steps, Math.max(1, Math.round(count * (1 - zeros))), (values.avg ?? 0) / (1 - zeros));
}

/** Share of samples that are exactly 0 ms, to the step of the quantile function. */
export function zeroShare(values: Readonly<Record<string, number>>): number {
  const quantiles = quantileFunction(values);
  if (quantiles === null || (values.count ?? 0) === 0) return 0;
  const firstAbove = quantiles.findIndex((value) => value > 0);
  return firstAbove === -1 ? 1 : firstAbove / QUANTILE_STEPS;
}

function describe(quantilesMs: number[], count: number, meanMs: number): Latency {
  return {
    count,
    minMs: quantileAt(quantilesMs, 0),
    meanMs,
    maxMs: quantileAt(quantilesMs, 1),
    p50Ms: quantileAt(quantilesMs, 0.5),
    p95Ms: quantileAt(quantilesMs, 0.95),
    p99Ms: quantileAt(quantilesMs, 0.99),
    quantilesMs,
  };
}
