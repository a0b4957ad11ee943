/** A result as the history keeps it. */
import type { RunResult } from '../result/run-result.ts';

/** Without the values over time of the run and the flame graph, which are most of its size: a history grows for years. */
export function forHistory(result: RunResult): RunResult {
  const { monitor, profile } = result;
  return {
    ...result,
    timeline: null,
    profile: profile === null ? null : { ...profile, flame: [] },
    monitor:
      monitor === null
        ? null
        : { ...monitor, series: monitor.series.map((one) => ({ ...one, points: null })) },
  };
}
