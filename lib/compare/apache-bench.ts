/** Apache Bench: `-e` writes a CSV of percentiles, `-g` a line for each request. */
import { quantileFunctionOf } from '../statistics/quantile-function.ts';
import { quantileSorted } from '../statistics/quantile-sorted.ts';
import { RunFileError, type MeasuredRun } from './measured-run.ts';
import { fromPercentiles, LEAST_MS, type Percentile } from './percentiles.ts';

/** The first line of what `ab -e` writes. */
export const PERCENTILES_HEADER = 'Percentage served,Time in ms';
/** The first line of what `ab -g` writes. */
export const REQUESTS_HEADER = 'starttime\tseconds\tctime\tdtime\tttime\twait';

/** Most versions end their list there. */
const LAST_PERCENT = 99;

/** Columns of `ab -g`: start in seconds since 1970, and the whole time of the request in whole milliseconds. */
const START = 1;
const TOTAL = 4;

/**
 * The run of an `ab -e` file: the time within which 0, 1, … 99 or 100 % of the requests were answered. It says neither how
 * many requests there were, nor how many failed, nor when.
 * @throws RunFileError with the line that is wrong
 */
export function readPercentiles(text: string, file: string): MeasuredRun {
  const percentiles = rows(text).map((row, i): Percentile => {
    const [percent, ms] = numbers(row.split(','), 2, file, i);
    return [percent ?? 0, ms ?? 0];
  });
  const last = percentiles.at(-1)?.[0];
  if (last === undefined || last < LAST_PERCENT) {
    throw new RunFileError(
      `${file}: ends at ${last ?? 'no'} percent, cut short; expected ${LAST_PERCENT} or 100`,
    );
  }
  const latency = fromPercentiles(percentiles, 1, file);
  const p95Ms = percentiles.find(([percent]) => percent === 95)?.[1];
  if (p95Ms === undefined) throw new RunFileError(`${file}: has no line for 95 percent; ab -e writes one`);
  return {
    kind: 'measured',
    file,
    tool: 'ab -e',
    startedAt: null,
    requests: null,
    errors: null,
    latency,
    p95Ms,
    p95From: "ab's line for 95 %",
    result: null,
  };
}

/**
 * The run of an `ab -g` file: the whole time of each request, connecting included. Failed requests are among them and
 * not marked.
 * @throws RunFileError with the line that is wrong
 */
export function readRequests(text: string, file: string): MeasuredRun {
  const requests = rows(text).map((row, i) => numbers(row.split('\t').slice(1), 5, file, i));
  if (requests.length === 0)
    throw new RunFileError(`${file}: holds no request; ab -g writes a line for each`);
  const times = requests.map((columns) => columns[TOTAL - 1] ?? 0).sort((a, b) => a - b);
  const start = Math.min(...requests.map((columns) => columns[START - 1] ?? 0));
  return {
    kind: 'measured',
    file,
    tool: 'ab -g',
    startedAt: new Date(start * 1_000).toISOString(),
    requests: times.length,
    errors: null,
    latency: quantileFunctionOf(times),
    p95Ms: quantileSorted(times, 0.95),
    p95From: 'all requests, in whole milliseconds',
    result: null,
  };
}

/** The lines below the header. */
function rows(text: string): string[] {
  return text.trimEnd().split(/\r?\n/).slice(1);
}

/** The numbers of a line; times and percentages are 0 or more. */
function numbers(cells: readonly string[], count: number, file: string, row: number): number[] {
  const values = cells.map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
  const areNumbers = values.every((value) => value >= LEAST_MS && Number.isFinite(value));
  if (values.length === count && areNumbers) return values.map((value) => Math.max(0, value));
  throw new RunFileError(`${file} line ${row + 2}: ${count} numbers are needed; is the file cut short?`);
}
