/** Latency and checks of several results together. */
import { evaluate, merge, type QuantileFunction } from '../statistics/quantile-function.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { QUANTILE_LEVELS } from '../metrics/quantiles.ts';
import type { Latency, RunResult } from './run-result.ts';

/** A latency, and the levels at which its quantile function stands. */
export interface LatencyAtLevels {
  readonly levels: readonly number[];
  readonly latency: Latency | null;
}

/** The latency of all requests of some results: counts and means exact, percentiles those of the mixture. */
export function mergedLatency(parts: readonly LatencyAtLevels[]): Latency | null {
  const measured = parts.flatMap(({ levels, latency }) => (latency === null ? [] : [{ levels, latency }]));
  if (measured.length === 0) return null;
  const distribution = merge(
    measured.map(({ levels, latency }) => ({ count: latency.count, p: levels, values: latency.quantilesMs })),
  );
  const sum = measured.reduce((total, { latency }) => total + latency.meanMs * latency.count, 0);
  return latencyFrom(distribution, sum / distribution.count);
}

/** A distribution as a result holds it. */
export function latencyFrom(distribution: QuantileFunction, meanMs: Milliseconds): Latency {
  const at = (p: number) => evaluate(distribution, p);
  return {
    count: distribution.count,
    minMs: at(0),
    meanMs,
    maxMs: at(1),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    quantilesMs: QUANTILE_LEVELS.map(at),
  };
}

/** The checks of some results, by name. */
export function mergedChecks(results: readonly RunResult[]): RunResult['checks'] {
  const sums = new Map<string, RunResult['checks'][number]>();
  for (const { name, passes, fails } of results.flatMap(({ checks }) => checks)) {
    const before = sums.get(name);
    sums.set(name, { name, passes: passes + (before?.passes ?? 0), fails: fails + (before?.fails ?? 0) });
  }
  return [...sums.values()];
}
