/** One run against the accepted runs of its line: what a pull request asks. */
import { studentQuantile } from '../statistics/student-t.ts';
import type { RunResult } from '../result/run-result.ts';
import type { TrendProfile } from '../../thresholds/types.ts';
import { edgesOf } from './changes.ts';
import { describeRun, type HistoryEntry } from './entry.ts';
import { inOrder, lineKey, notAPoint } from './line.ts';
import { METRICS, type Interval, type Metric } from './metrics.ts';
import { meanOf, varianceOf } from '../statistics/t-test.ts';
import { trendOf, type MetricTrend } from './trend.ts';

/** What a difference says: `small` is more than runs differ, and less than counts. */
export type Reading = 'worse' | 'better' | 'within the spread' | 'small' | 'not known';

/** A metric of the run beside the mean of the accepted runs. */
export interface Difference {
  readonly metric: Metric;
  readonly now: number;
  readonly accepted: number;
  /** How many accepted runs that is the mean of. */
  readonly runs: number;
  /** now − accepted; above 0 is worse. */
  readonly size: number;
  /** 95 % interval of the difference, by how far one run lies from others of the same thing; null with one run. */
  readonly interval: Interval | null;
  readonly reading: Reading;
}

export interface AgainstAccepted {
  /** The accepted runs, for people. */
  readonly runs: string;
  readonly differences: readonly Difference[];
}

/**
 * Compares a run with the accepted runs of its line: those of the level on which the latest accepted baseline stands, or
 * without one those since the latest change. The run itself does not count.
 * @param accepted files that were accepted as baseline
 */
export function againstAccepted(
  result: RunResult,
  history: readonly HistoryEntry[],
  accepted: ReadonlySet<string>,
  profile: TrendProfile,
): AgainstAccepted {
  const key = lineKey(result);
  const line = history.filter((entry) => lineKey(entry.result) === key && !isSame(entry.result, result));
  const trend = trendOf(line, { by: 'commit', profile, accepted });
  const metrics = trend.lines[0]?.metrics ?? [];
  const differences = notAPoint(result) === null ? METRICS : [];
  const compared = differences.flatMap((metric): (Difference & { entries: readonly HistoryEntry[] })[] => {
    const now = metric.of(result);
    const known = metrics.find((one) => one.metric === metric);
    if (now === null || known === undefined) return [];
    const { from, to } = levelOf(known, accepted);
    const entries = known.entries.slice(Math.max(from, to - profile.acceptedRuns), to);
    const values = known.values.slice(Math.max(from, to - profile.acceptedRuns), to);
    const found = { metric, now, runs: values.length, ...difference(now, values) };
    return [{ ...found, entries, reading: readingOf(found, profile) }];
  });
  return { runs: describeRuns(compared[0]?.entries ?? []), differences: compared };
}

function readingOf(
  { metric, accepted, size, interval }: Omit<Difference, 'reading'>,
  { least }: TrendProfile,
): Reading {
  if (interval === null) return 'not known';
  if (interval.lower <= 0 && interval.upper >= 0) return 'within the spread';
  if (Math.abs(size) < metric.least(least, accepted)) return 'small';
  return size > 0 ? 'worse' : 'better';
}

/** The runs of the level that was accepted: indexes of its first run, and of the first one after it. */
function levelOf(
  { entries, changes, values }: Pick<MetricTrend, 'entries' | 'changes' | 'values'>,
  accepted: ReadonlySet<string>,
): { from: number; to: number } {
  const edges = edgesOf(changes ?? [], values.length);
  const at = entries.findLastIndex(({ file }) => accepted.has(file));
  const level = at === -1 ? edges.length - 2 : edges.findLastIndex((edge) => edge <= at);
  return { from: edges[level] ?? 0, to: edges[level + 1] ?? values.length };
}

/** One run more of the same would lie in the interval around the mean: its own spread, and that of the mean. */
function difference(
  now: number,
  values: readonly number[],
): Pick<Difference, 'accepted' | 'size' | 'interval'> {
  const accepted = meanOf(values);
  const size = now - accepted;
  const count = values.length;
  if (count < 2) return { accepted, size, interval: null };
  const deviation = Math.sqrt((varianceOf(values) * count) / (count - 1));
  const half = studentQuantile(0.025, count - 1) * deviation * Math.sqrt(1 + 1 / count);
  return { accepted, size, interval: { lower: size - half, upper: size + half } };
}

function describeRuns(entries: readonly HistoryEntry[]): string {
  const runs = inOrder([...new Set(entries)], 'commit');
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return 'no accepted run of this kind yet';
  const range =
    first === last ? describeRun(last.result) : `${describeRun(first.result)} to ${describeRun(last.result)}`;
  return `${runs.length} accepted ${runs.length === 1 ? 'run' : 'runs'}, ${range}`;
}

function isSame(a: RunResult, b: RunResult): boolean {
  return a.run.startedAt === b.run.startedAt && a.configuration.seed === b.configuration.seed;
}
