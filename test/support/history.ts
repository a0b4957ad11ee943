/** For tests: a history of results of one kind. */
import { evenLatency, loadResult, type Changes } from './runs.ts';
import { experimentResult } from './results.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import type { HistoryEntry } from '../../lib/history/entry.ts';
import type { TrendProfile } from '../../thresholds/types.ts';

/** What counts as a change. */
export const trendProfile: TrendProfile = {
  window: 50,
  pValue: 0.001,
  leastRuns: 3,
  newRuns: 5,
  acceptedRuns: 20,
  least: { p95Share: 0.05, overheadMs: 5, errorRate: 0.002 },
};

/** A run at a minute of an hour whose P95 is so many milliseconds. */
export function resultOf(minute: number, p95Ms: number, changes: Changes = {}): RunResult {
  const commit = `${String(minute).padStart(3, '0')}${'f'.repeat(37)}`;
  return loadResult(minute, {
    ...changes,
    all: evenLatency(1_000, 0, p95Ms / 0.95),
    run: { commit, ...changes.run },
  });
}

/** An experiment at a minute of an hour with such an overhead. */
export function experimentOf(minute: number, estimateMs: number): RunResult {
  const { overhead, ...result } = experimentResult(5, 1, 0);
  const startedAt = new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
  const interval = { lowerMs: estimateMs - 6, upperMs: estimateMs + 7 };
  return {
    ...result,
    run: { ...result.run, startedAt },
    configuration: { ...result.configuration, seed: minute },
    overhead: overhead === null ? null : { ...overhead, estimateMs, interval },
  };
}

/** Results in the order in which they were added. */
export function historyOf(results: readonly RunResult[]): HistoryEntry[] {
  return results.map((result, i) => ({ file: fileOf(i), added: i + 1, result }));
}

/** The name of the nth result of `historyOf`, from 0 on. */
export function fileOf(index: number): string {
  return `${index}.json`;
}

/** Something between -1 and 1 that looks like noise, the same each time. */
export function noise(i: number): number {
  return Math.sin(i * 12.9898) * Math.cos(i * 78.233);
}
