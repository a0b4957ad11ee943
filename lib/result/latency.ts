/** A Trend of k6's summary → latency. */
import { evaluate } from '../overhead/quantile-function.ts';
import { quantileFunction, QUANTILE_LEVELS } from './quantiles.ts';
import type { Latency } from './run-result.ts';
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
  const zeros = withoutRefused ? zeroShare(values) : 0;
  if (zeros === 0) {
    return describe(quantiles, count, values.avg ?? 0);
  }
  if (zeros >= 1) return null;
  const steps = QUANTILE_LEVELS.map((p) =>
    evaluate({ count, p: QUANTILE_LEVELS, values: quantiles }, zeros + p * (1 - zeros)),
  );
  return describe(steps, Math.max(1, Math.round(count * (1 - zeros))), (values.avg ?? 0) / (1 - zeros));
}

/** Share of samples that are exactly 0 ms, to the step of the quantile function. */
export function zeroShare(values: Readonly<Record<string, number>>): number {
  const quantiles = quantileFunction(values);
  if (quantiles === null || (values.count ?? 0) === 0) return 0;
  const firstAbove = quantiles.findIndex((value) => value > 0);
  return firstAbove === -1 ? 1 : (QUANTILE_LEVELS[firstAbove] ?? 0);
}

function describe(quantilesMs: number[], count: number, meanMs: number): Latency {
  const at = (p: number) => evaluate({ count, p: QUANTILE_LEVELS, values: quantilesMs }, p);
  return {
    count,
    minMs: at(0),
    meanMs,
    maxMs: at(1),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    quantilesMs,
  };
}
