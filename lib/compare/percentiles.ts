/** A distribution from the few percentiles that a tool keeps. */
import * as v from 'valibot';
import { quantileFunctionError, type QuantileFunction } from '../statistics/quantile-function.ts';
import { RunFileError } from './measured-run.ts';

/** A clock that is set while a tool measures may give a time that is a little below 0. */
export const LEAST_MS = -1;

/** A latency in a file; below 0 it is 0. */
export const latencyMs = v.pipe(
  v.number(),
  v.minValue(LEAST_MS),
  v.transform((ms) => Math.max(0, ms)),
);

/**
 * What is read of a file, as its schema has it.
 * @param what the file is, such as `a.json: k6 summary`
 * @throws RunFileError with the place that is wrong
 */
export function readAs<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const problem = issue.input === undefined ? 'missing' : issue.message;
  throw new RunFileError(`${what}: ${v.getDotPath(issue) ?? 'it'}: ${problem}`);
}

/** A percentile (0…100) and its value in milliseconds. */
export type Percentile = readonly [percent: number, ms: number];

/**
 * The quantile function through some percentiles, linear between them. Where a tool was not asked for the minimum, 0 ms
 * stands for it, and for the maximum its highest percentile: neither moves a P95.
 * @param count how many requests they describe
 * @throws RunFileError if they are none: values that descend
 */
export function fromPercentiles(
  percentiles: readonly Percentile[],
  count: number,
  file: string,
): QuantileFunction {
  const known = [...percentiles].sort(([a], [b]) => a - b);
  const [[lowest] = [0], [highest, most] = [100, 0]] = [known[0], known.at(-1)];
  const sorted: Percentile[] = [
    ...(lowest > 0 ? [[0, 0] as const] : []),
    ...known,
    ...(highest < 100 ? [[100, most] as const] : []),
  ];
  const distribution = {
    count,
    p: sorted.map(([percent]) => percent / 100),
    values: sorted.map(([, ms]) => ms),
  };
  const error = quantileFunctionError(distribution);
  if (error !== undefined) throw new RunFileError(`${file}: its percentiles make no distribution: ${error}`);
  return distribution;
}
