/** k6's summary of any script: by --summary-export, by a handleSummary that saves what it is given, or machine-readable. */
import * as v from 'valibot';
import type { MeasuredRun } from './measured-run.ts';
import { fromPercentiles, latencyMs, readAs, type Percentile } from './percentiles.ts';

/** What each metric holds. `med` and the percentiles are those that the script's `summaryTrendStats` asked for. */
const schema = v.object({
  metrics: v.object({
    http_req_duration: v.objectWithRest({ 'p(95)': latencyMs }, v.unknown()),
    http_reqs: v.object({ count: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    /** `passes`, or `matches`, counts the samples that are true: the failed requests. */
    http_req_failed: v.optional(
      v.object({ passes: v.optional(v.number()), matches: v.optional(v.number()) }),
    ),
  }),
});

/** Of the machine-readable summary: a list in place of an object, and `p95` in place of `p(95)`. */
const machineReadable = v.object({
  results: v.object({
    metrics: v.array(v.object({ name: v.string(), values: v.record(v.string(), v.nullable(v.number())) })),
  }),
});

/**
 * The run of a summary. Its latency is k6's `http_req_duration` of all requests, setup's among them; a refused connection
 * counts as 0 ms there.
 * @throws RunFileError with the place that is wrong
 */
export function readK6Summary(value: object, file: string): MeasuredRun {
  const { metrics } = readAs(schema, { metrics: metricsOf(value, file) }, `${file}: k6 summary`);
  const { http_req_duration: times, http_reqs: requests, http_req_failed: failed } = metrics;
  return {
    kind: 'measured',
    file,
    tool: 'k6',
    startedAt: null,
    requests: requests.count,
    errors: failed?.passes ?? failed?.matches ?? null,
    latency: fromPercentiles(percentilesOf(times, file), requests.count, file),
    p95Ms: times['p(95)'],
    p95From: "k6's p(95) of http_req_duration",
    result: null,
  };
}

/** Each metric's values by its name, whichever of the three it is. */
function metricsOf(value: object, file: string): Record<string, unknown> {
  if ('results' in value) {
    const { metrics } = readAs(machineReadable, value, `${file}: k6 summary`).results;
    return Object.fromEntries(metrics.map(({ name, values }) => [name, withK6Names(values)]));
  }
  const { metrics } = readAs(
    v.object({ metrics: v.record(v.string(), v.looseObject({})) }),
    value,
    `${file}: k6 summary`,
  );
  // handleSummary is given the values apart from the type and the thresholds.
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.values ?? metric]));
}

/** `p95` as `p(95)`; a value that was not asked for is null. */
function withK6Names(values: Readonly<Record<string, number | null>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null ? [] : [[name.replace(/^p([\d.]+)$/, 'p($1)'), value]],
    ),
  );
}

/** `min`, `med`, `max` and every `p(x)`; `p(0)` and `p(100)` are minimum and maximum. */
function percentilesOf(times: Readonly<Record<string, unknown>>, file: string): Percentile[] {
  const named: Record<string, number> = { min: 0, med: 50, max: 100 };
  const found = new Map<number, number>();
  for (const [name, value] of Object.entries(times)) {
    const percent = named[name] ?? Number(/^p\(([\d.]+)\)$/.exec(name)?.[1] ?? NaN);
    if (percent >= 0 && percent <= 100) found.set(percent, readAs(latencyMs, value, `${file}: k6 summary`));
  }
  return [...found];
}
