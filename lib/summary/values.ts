/** Numbers of k6's summary by metric and tags. */
import { ENDS, tagged } from '../metrics/overhead-metrics.ts';
import type { SummaryData } from './summary-data.ts';

type Metrics = Pick<SummaryData, 'metrics'>;
type Tags = Readonly<Record<string, string | number>>;

/** An aggregate of a metric, by default the value of a gauge; 0 where it has no sample, as k6 has it. */
export function valueOf({ metrics }: Metrics, metric: string, tags?: Tags, aggregate = 'value'): number {
  const name = tags === undefined ? metric : tagged(metric, tags);
  return metrics[name]?.values[aggregate] ?? 0;
}

/** How many a counter has counted. */
export function countOf(data: Metrics, metric: string, tags?: Tags): number {
  return valueOf(data, metric, tags, 'count');
}

/** A number and both ends of its interval: gauges that differ by the tag `end`. */
export function endsOf(
  data: Metrics,
  metric: string,
  tags: Tags = {},
): Record<(typeof ENDS)[number], number> {
  const [value = 0, lower = 0, upper = 0] = ENDS.map((end) => valueOf(data, metric, { ...tags, end }));
  return { value, lower, upper };
}
