/** Series over time, put into the result of the run that they were seen in. */
import type { RunResult } from '../../lib/result/run-result.ts';
import type { Seen } from './timeline.ts';

/** A series of the monitor that was not seen keeps its aggregates alone. */
export function addSeries(result: RunResult, { timeline, monitor }: Seen): RunResult {
  const withPoints = result.monitor && {
    ...result.monitor,
    series: result.monitor.series.map((one) => ({ ...one, points: monitor.get(one.name) ?? null })),
  };
  return { ...result, timeline, monitor: withPoints };
}
