/** Artillery's JSON report (`artillery run --output`), version 2. */
import * as v from 'valibot';
import { RunFileError, type MeasuredRun } from './measured-run.ts';
import { fromPercentiles } from './percentiles.ts';

const ms = v.pipe(v.number(), v.minValue(0));
const RESPONSE_TIME = 'http.response_time';

/** The part of the report that is read. @see https://www.artillery.io/docs/reference/reported-metrics */
const schema = v.object({
  aggregate: v.object({
    counters: v.record(v.string(), v.number()),
    firstMetricAt: v.optional(v.number()),
    summaries: v.object({
      [RESPONSE_TIME]: v.object({
        count: v.pipe(v.number(), v.integer(), v.minValue(1)),
        min: ms,
        p50: ms,
        p75: ms,
        p90: ms,
        p95: ms,
        p99: ms,
        p999: ms,
        max: ms,
      }),
    }),
  }),
});

/**
 * The run of an Artillery report. Its latency is that of the answers: a request without one is an error, and no time.
 * @throws RunFileError with the place that is wrong
 */
export function readArtillery(value: unknown, file: string): MeasuredRun {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new RunFileError(`${file}: Artillery report: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
  }
  const { counters, summaries, firstMetricAt } = parsed.output.aggregate;
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
  return {
    kind: 'measured',
    file,
    tool: 'Artillery',
    startedAt: firstMetricAt === undefined ? null : new Date(firstMetricAt).toISOString(),
    requests: counters['http.requests'] ?? times.count,
    errors: errorsOf(counters),
    latency,
    p95Ms: times.p95,
    p95From: "Artillery's p95 of all answers, right to about 1 %",
    result: null,
  };
}

/** Answers with a 4xx or 5xx status, and requests without an answer. */
function errorsOf(counters: Readonly<Record<string, number>>): number {
  return Object.entries(counters)
    .filter(([name]) => /^(http\.codes\.[45]\d\d|errors\..+)$/.test(name))
    .reduce((sum, [, count]) => sum + count, 0);
}
