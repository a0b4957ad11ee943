/**
 * k6's metrics as its remote write names them in Prometheus: `k6_` before the name, the aggregate after it, tags as
 * labels. Trends of time arrive in seconds, gauges as they are.
 * @see https://grafana.com/docs/k6/latest/results-output/real-time/prometheus-remote-write/
 */

/** What a run must be told to send: K6_PROMETHEUS_RW_TREND_STATS. */
export const TREND_STATS = 'p(50),p(95),p(99)';

/** Which run a sample is of: tags that the suite sets on all of a run. */
export const RUN_LABELS = ['environment', 'test'] as const;

/** A metric in Prometheus with the labels that select it. */
export interface Series {
  name: string;
  labels: Readonly<Record<string, string>>;
}

/**
 * The series of a k6 metric with its tags.
 * @param metric `http_req_duration{kind:workflow}`; the tag `scenario` is left out, since the label `test` says it
 * @param aggregate k6's name of it: `p(95)`, `rate`, `count` of a counter, `value` of a gauge
 */
export function seriesOf(metric: string, aggregate: string): Series {
  const [, base = metric, tags = ''] = /^([^{]+)\{(.*)\}$/.exec(metric) ?? [];
  const pairs = tags === '' ? [] : tags.split(',').map((tag) => tag.split(/:(.*)/s) as [string, string]);
  return {
    name: `k6_${base}${suffixOf(aggregate)}`,
    labels: Object.fromEntries(
      pairs.filter(([name]) => name !== 'scenario').map(([name, value]) => [name, value]),
    ),
  };
}

function suffixOf(aggregate: string): string {
  if (aggregate === 'value') return '';
  if (aggregate === 'count') return '_total';
  return `_${aggregate.replace(/^p\(([\d.]+)\)$/, 'p$1')}`;
}

/** `k6_errors_rate{test="heavy"}`. */
export function selector({ name, labels }: Series, more: readonly string[] = []): string {
  const matchers = [...Object.entries(labels).map(([label, value]) => `${label}=${quoted(value)}`), ...more];
  return matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`;
}

/** A string as PromQL takes it. */
export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
