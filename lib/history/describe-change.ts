/** Changes in words. */
import { humanRange, signed } from '../format/format.ts';
import { describeRun } from './entry.ts';
import type { Change, Standing } from './changes.ts';
import type { Interval, Metric } from './metrics.ts';
import { isTooShort, newIn, type LineTrend, type MetricTrend, type Trend } from './trend.ts';

/** What a standing means to a reader. */
export const STANDINGS: Readonly<Record<Standing, string>> = {
  new: 'NEW',
  known: 'known',
  accepted: 'accepted',
  gone: 'gone again',
  small: 'too small to count',
  'too few runs': 'too few runs to tell',
  better: 'better',
};

/** `P95 50.1 ms → 70.2 ms: +20.1 ms (+18.3 ms to +21.9 ms) since 008ffff of 2026-01-01 12:08, 4 runs`. */
export function describeChange({ metric, entries }: MetricTrend, change: Change): string {
  const { index, before, after, size, interval } = change;
  const first = entries[index];
  const since = first === undefined ? '' : ` since ${describeRun(first.result)}`;
  const runs = entries.length - index;
  return (
    `${metric.title} ${metric.human(before)} → ${metric.human(after)}: ${signed(size, metric.human)} ` +
    `(${describeInterval(metric, interval)})${since}, ${runs} ${runs === 1 ? 'run' : 'runs'}`
  );
}

export function describeInterval(metric: Metric, interval: Interval | null): string {
  return interval === null
    ? 'no interval'
    : humanRange(interval.lower, interval.upper, (value) => signed(value, metric.human));
}

/** The changes that fail, in words. */
export function newChanges({ metrics }: LineTrend): string[] {
  return metrics.flatMap((one) => newIn(one.changes).map((change) => describeChange(one, change)));
}

export interface TrendVerdict {
  word: 'WORSE' | 'STEADY' | 'TOO SHORT';
  reason: string;
}

export function verdictOf(line: LineTrend, leastRuns: number): TrendVerdict {
  const worse = newChanges(line);
  if (worse.length > 0) return { word: 'WORSE', reason: worse.join('; ') };
  if (isTooShort(line)) {
    const reason = `${line.entries.length} runs: a change shows from ${2 * leastRuns} on, ${leastRuns} before it and ${leastRuns} after`;
    return { word: 'TOO SHORT', reason };
  }
  return { word: 'STEADY', reason: 'no worsening that is new' };
}

/** The line that a person reads first. */
export function summaryOf({ lines, exitCode }: Trend, leastRuns: number): string {
  const worse = lines.flatMap((line) => newChanges(line).map((change) => `${line.title}: ${change}`));
  if (lines.length === 0) {
    return `NO RESULTS  the history has none that can be drawn  (exit code ${exitCode})`;
  }
  if (worse.length > 0) return `WORSE  ${worse.join('; ')}  (exit code ${exitCode})`;
  return lines.every(isTooShort)
    ? `TOO SHORT  no line has the ${2 * leastRuns} runs that a change needs; --allow-short passes a young history  (exit code ${exitCode})`
    : 'STEADY  no worsening that is new  (exit code 0)';
}
