/** Artillery's JSON report (`artillery run --output`), version 2. */
import * as v from 'valibot';
import { RunFileError, type MeasuredRun } from './measured-run.ts';
import { fromPercentiles, latencyMs, readAs } from './percentiles.ts';

const RESPONSE_TIME = 'http.response_time';

/** The part of the report that is read. @see https://www.artillery.io/docs/reference/reported-metrics */
const schema = v.object({
  aggregate: v.object({
    counters: v.record(v.string(), v.number()),
    firstMetricAt: v.optional(v.number()),
    summaries: v.object({
      [RESPONSE_TIME]: v.object({
        count: v.pipe(v.number(), v.integer(), v.minValue(1)),
        min: latencyMs,
        p50: latencyMs,
        p75: latencyMs,
        p90: latencyMs,
        p95: latencyMs,
        p99: latencyMs,
        p999: latencyMs,
        max: latencyMs,
      }),
    }),
  }),
});

/**
 * The run of an Artillery report. Its latency is that of the answers: a request without one is an error, and no time.
 * @throws RunFileError with the place that is wrong
 */
export function readArtillery(value: unknown, file: string): MeasuredRun {
  if (isVersion1(value)) {
    throw new RunFileError(
      `${file}: Artillery report of version 1; expected one of Artillery 2 (artillery run --output)`,
    );
  }
  const { aggregate } = readAs(schema, value, `${file}: Artillery report`);
  const { counters, summaries, firstMetricAt } = aggregate;
  const times = summaries[RESPONSE_TIME];
  const latency = fromPercentiles(
    [
      [0, times.min],
      [50, times.p50],
      [75, times.p75],
      [90, times.p90],
      [95, times.p95],
      [99, times.p99],
      [99.9, times.p999],
      // Percentiles come from a sketch, minimum and maximum are exact: P99.9 may lie above the maximum by its error.
      [100, Math.max(times.p999, times.max)],
    ],
    times.count,
    file,
  );
  const requests = counters['http.requests'] ?? times.count;
  return {
    kind: 'measured',
    file,
    tool: 'Artillery',
    startedAt: firstMetricAt === undefined ? null : new Date(firstMetricAt).toISOString(),
    requests,
    errors: errorsOf(counters, requests),
    latency,
    p95Ms: times.p95,
    p95From: "Artillery's p95 of all answers, right to about 1 %",
    result: null,
  };
}

function isVersion1(value: unknown): boolean {
  return v.is(
    v.object({ aggregate: v.object({ latency: v.looseObject({}), counters: v.optional(v.never()) }) }),
    value,
  );
}

/** Errors of the connection that Node has a code for: these requests have no answer. */
const NO_ANSWER = /^errors\.E[A-Z0-9_]+$/;

/**
 * Requests that failed. An answer may count several times, by its 4xx or 5xx status, by the capture that it did not
 * fulfil and by each of its expectations; how many did is not stated, and as many as there could be are taken to be the
 * same.
 */
function errorsOf(counters: Counters, requests: number): number {
  const named = sumOf(counters, (name) => NO_ANSWER.test(name));
  // An error without a code, such as a socket that hangs up, tells no more than that the answer is missing.
  const unnamed = Math.max(0, requests - (counters['http.responses'] ?? requests) - named);
  const byStatus = sumOf(counters, (name) => /^http\.codes\.[45]\d\d$/.test(name));
  const others = sumOf(counters, (name) => name.startsWith('errors.') && !NO_ANSWER.test(name));
  const ofAnswers = Math.max(byStatus, others - unnamed, failedExpectations(counters));
  return Math.min(requests, named + unnamed + ofAnswers);
}

/**
 * Answers that did not fulfil what Artillery's `expect` plugin asks for: by default they are no errors. It counts
 * expectations, of which an answer may have one of each kind.
 */
function failedExpectations(counters: Counters): number {
  const ofKinds = Object.entries(counters).filter(([name]) => name.startsWith('plugins.expect.failed.'));
  if (ofKinds.length === 0) return counters['plugins.expect.failed'] ?? 0;
  return Math.max(...ofKinds.map(([, count]) => count));
}

type Counters = Readonly<Record<string, number>>;

function sumOf(counters: Counters, counted: (name: string) => boolean): number {
  return Object.entries(counters).reduce((total, [name, count]) => total + (counted(name) ? count : 0), 0);
}
