/** k6's summary → what the target said about itself during the run. */
import { describeProblem } from '../monitor/answers.ts';
import { decodePlan } from '../monitor/plan.ts';
import { statsOf } from '../monitor/series.ts';
import { LEAST_POINTS } from '../statistics/slope.ts';
import type { ErrorCount } from '../monitor/target-errors.ts';
import type { MonitorProfile } from '../../thresholds/types.ts';
import { endpointMetric, pathsOf, statMetric, valueMetric } from '../metrics/monitor-metrics.ts';
import type { MonitorResult } from '../result/run-result.ts';
import { setupOf, type SummaryData } from './summary-data.ts';
import { valueOf } from './values.ts';

/** What was seen after the run. */
export interface AfterRun {
  drainMs: number | null;
  targetErrors: ErrorCount[];
  /** What a redirected request was answered, in one line; `null` where none was redirected. */
  redirect: string | null;
}

/** The monitor's part of a result; `null` where the target was not watched. Series come in the order of their names. */
export function monitorResult(
  profile: MonitorProfile | null,
  data: SummaryData,
  after: AfterRun | undefined,
): MonitorResult | null {
  const text = setupOf(data)?.monitor;
  if (profile === null || text === undefined) return null;
  const paths = pathsOf(profile);
  const plan = decodePlan(text, profile);
  const series = plan.series.flatMap((found) => {
    const { name, kind, unit, source, slot, rate = false } = found;
    const values = data.metrics[valueMetric(slot)]?.values;
    // A rate needs two looks.
    const samples = valueOf(data, endpointMetric(paths.indexOf(source), 'reads')) - (rate ? 1 : 0);
    if (values === undefined || samples <= 0) return [];
    const stats = statsOf(kind);
    return [
      {
        name,
        unit,
        source,
        samples,
        min: values.min ?? 0,
        mean: stats.includes('mean') ? valueOf(data, statMetric(slot, 'mean')) : null,
        max: values.max ?? 0,
        last: values.value ?? 0,
        slopePerMinute:
          stats.includes('slope') && samples >= LEAST_POINTS
            ? valueOf(data, statMetric(slot, 'slope'))
            : null,
        points: null,
      },
    ];
  });
  return {
    intervalMs: profile.intervalMs,
    endpoints: paths.map((path, i) => ({
      path,
      polls: valueOf(data, endpointMetric(i, 'polls')),
      unknown: plan.endpoints[i]?.unknown ?? 0,
      problem: describeProblem(
        valueOf(data, endpointMetric(i, 'problem')) || (plan.endpoints[i]?.problem ?? 0),
        profile.timeoutMs,
      ),
    })),
    series: series.sort((a, b) => (a.name < b.name ? -1 : 1)),
    drainMs: after?.drainMs ?? null,
    targetErrors: after?.targetErrors ?? [],
  };
}
