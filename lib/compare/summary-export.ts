/** What `k6 run --summary-export` writes for any script. */
import * as v from 'valibot';
import { RunFileError, type MeasuredRun } from './measured-run.ts';
import { fromPercentiles, type Percentile } from './percentiles.ts';

const ms = v.pipe(v.number(), v.minValue(0));

/** `med` and the percentiles are those that the script's `summaryTrendStats` asked for. */
const schema = v.object({
  metrics: v.object({
    http_req_duration: v.objectWithRest({ min: ms, max: ms, 'p(95)': ms }, v.unknown()),
    http_reqs: v.object({ count: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    /** `passes` counts the samples that are true: the failed requests. */
    http_req_failed: v.optional(v.object({ passes: v.number() })),
  }),
});

/**
 * The run of a summary export. Its latency is k6's `http_req_duration` of all requests, setup's among them; a refused
 * connection counts as 0 ms there.
 * @throws RunFileError with the place that is wrong
 */
export function readSummaryExport(value: unknown, file: string): MeasuredRun {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new RunFileError(`${file}: k6 summary: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
  }
  const { http_req_duration: times, http_reqs: requests, http_req_failed: failed } = parsed.output.metrics;
  return {
    kind: 'measured',
    file,
    tool: 'k6 --summary-export',
    startedAt: null,
    requests: requests.count,
    errors: failed?.passes ?? null,
    latency: fromPercentiles(percentilesOf(times), requests.count, file),
    p95Ms: times['p(95)'],
    p95From: "k6's p(95) of http_req_duration",
    result: null,
  };
}

/** `min`, `med`, `max` and every `p(x)`; `p(0)` and `p(100)` are minimum and maximum. */
function percentilesOf(times: Readonly<Record<string, unknown>>): Percentile[] {
  const named: Record<string, number> = { min: 0, med: 50, max: 100 };
  const found = new Map<number, number>();
  for (const [name, value] of Object.entries(times)) {
    const percent = named[name] ?? Number(/^p\(([\d.]+)\)$/.exec(name)?.[1] ?? NaN);
    if (typeof value === 'number' && percent >= 0 && percent <= 100) found.set(percent, value);
  }
  return [...found];
}
