/** A distribution from the few percentiles that a tool keeps. */
import { quantileFunctionError, type QuantileFunction } from '../statistics/quantile-function.ts';
import { RunFileError } from './measured-run.ts';

/** A percentile (0…100) and its value in milliseconds. */
export type Percentile = readonly [percent: number, ms: number];

/**
 * The quantile function through some percentiles, linear between them.
 * @param count how many requests they describe
 * @throws RunFileError if they are none: minimum and maximum missing, or values that descend
 */
export function fromPercentiles(
  percentiles: readonly Percentile[],
  count: number,
  file: string,
): QuantileFunction {
  const sorted = [...percentiles].sort(([a], [b]) => a - b);
  const distribution = {
    count,
    p: sorted.map(([percent]) => percent / 100),
    values: sorted.map(([, ms]) => ms),
  };
  const error = quantileFunctionError(distribution);
  if (error !== undefined) throw new RunFileError(`${file}: its percentiles make no distribution: ${error}`);
  return distribution;
}
