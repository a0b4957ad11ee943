/** A result as the history keeps it. */
import type { RunResult } from '../result/run-result.ts';

/** Without the values over time of the run, which are most of its size: a history grows for years. */
export function forHistory(result: RunResult): RunResult {
  const { monitor } = result;
  return {
    ...result,
    timeline: null,
    monitor:
      monitor === null
        ? null
        : { ...monitor, series: monitor.series.map((one) => ({ ...one, points: null })) },
  };
}
