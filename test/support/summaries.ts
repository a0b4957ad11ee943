/** For tests: k6's summary from samples, as k6 makes it. */
import type { TrialsOfArm } from '../../lib/experiment/capacity/climbs.ts';
import type { CapacityConfig } from '../../lib/config/capacity-config.ts';
import { quantileSorted } from '../../lib/statistics/quantile-sorted.ts';
import * as names from '../../lib/metrics/capacity-metrics.ts';
import type { SummaryMetric } from '../../lib/summary/jslib/summary-data.ts';
import { QUANTILE_LEVELS } from '../../lib/metrics/quantiles.ts';
import type { SummaryData } from '../../lib/summary/summary-data.ts';

/** A Trend of milliseconds with the percentiles that the suite asks k6 for. */
export function trend(samplesMs: readonly number[]): SummaryMetric {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  const sum = sorted.reduce((total, value) => total + value, 0);
  // k6 gives 0 for everything where it saw no sample.
  const at = (p: number) => (sorted.length === 0 ? 0 : quantileSorted(sorted, p));
  const percentiles = QUANTILE_LEVELS.map((p) => [`p(${Math.round(p * 1_000) / 10})`, at(p)] as const);
  return {
    type: 'trend',
    contains: 'time',
    values: {
      count: sorted.length,
      min: at(0),
      avg: sorted.length === 0 ? 0 : sum / sorted.length,
      med: at(0.5),
      max: at(1),
      ...Object.fromEntries(percentiles),
    },
  };
}

/** A metric that is not a Trend. */
export function metric(
  type: 'counter' | 'rate' | 'gauge',
  values: Record<string, number>,
  thresholds?: Record<string, boolean>,
): SummaryMetric {
  const judged = Object.entries(thresholds ?? {}).map(([expression, ok]) => [expression, { ok }] as const);
  return {
    type,
    contains: 'default',
    values,
    ...(thresholds === undefined ? {} : { thresholds: Object.fromEntries(judged) }),
  };
}

/** A summary of some metrics, of a run that took so long. */
export function summary(metrics: SummaryData['metrics'], testRunDurationMs = 60_000): SummaryData {
  return { metrics, root_group: { name: '', groups: [], checks: [] }, state: { testRunDurationMs } };
}

/** The summary of a capacity run that came to its verdict, with the tries that it made. */
export function capacitySummary(
  { arms }: Pick<CapacityConfig, 'arms'>,
  tries: readonly TrialsOfArm[],
  failed: boolean,
): SummaryData {
  const metrics: Record<string, SummaryMetric> = {
    [names.VERDICTS]: metric('counter', { count: 1 }, { 'count>=1': true }),
    [names.FAILED]: metric('gauge', { value: failed ? 1 : 0 }, { 'value<1': !failed }),
  };
  arms.forEach(({ name }, arm) => {
    tries[arm]?.forEach((ofBlock, block) => {
      ofBlock.forEach((trial, index) => {
        for (const value of Object.keys(names.TRY) as (keyof typeof names.TRY)[]) {
          metrics[names.tryMetric(value, name, block, index)] = metric('gauge', { value: trial[value] });
        }
      });
    });
  });
  return summary(metrics);
}
