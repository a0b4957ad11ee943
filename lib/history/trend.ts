/** The history of results as lines with their changes. */
import { EXIT_CODES } from '../gates/exit-codes.ts';
import type { TrendProfile } from '../../thresholds/types.ts';
import { changesOf, levelsOf, type Change } from './changes.ts';
import type { By, HistoryEntry } from './entry.ts';
import { linesOf, notAPoint, startedTooEarly, type Line } from './line.ts';
import { METRICS, type Metric } from './metrics.ts';

/** One metric of a line. Runs that have no value of it are left out. */
export interface MetricTrend {
  readonly metric: Metric;
  readonly entries: readonly HistoryEntry[];
  readonly values: readonly number[];
  /** Mean of the runs between two changes, for each run. */
  readonly levels: readonly number[];
  /** Null where there are too few runs to tell. */
  readonly changes: readonly Change[] | null;
}

export interface LineTrend extends Line {
  /** The latest run that was accepted as baseline. */
  readonly baseline: HistoryEntry | null;
  readonly metrics: readonly MetricTrend[];
}

export interface Trend {
  readonly by: By;
  readonly lines: readonly LineTrend[];
  /** Results that are no point of a line, and why; one line each. */
  readonly leftOut: readonly string[];
  readonly notes: readonly string[];
  /** 99 where a worsening is new, 110 where no line is long enough to show one, else 0. */
  readonly exitCode: number;
}

export interface TrendQuestion {
  readonly by: By;
  readonly profile: TrendProfile;
  /** Files of results that were accepted as baseline. */
  readonly accepted: ReadonlySet<string>;
  /** A history that is too short to show a change ends with 0: it is young. */
  readonly allowShort?: boolean;
}

export function trendOf(entries: readonly HistoryEntry[], question: TrendQuestion): Trend {
  const judged = entries.map((entry) => ({ entry, problem: notAPoint(entry.result) }));
  const points = judged.flatMap(({ entry, problem }) => (problem === null ? [entry] : []));
  const lines = linesOf(points, question.by).map((line) => trendOfLine(line, question));
  const isNew = lines.some(({ metrics }) => metrics.some(({ changes }) => newIn(changes).length > 0));
  return {
    by: question.by,
    lines,
    leftOut: judged.flatMap(({ entry, problem }) => (problem === null ? [] : [`${entry.file} ${problem}`])),
    notes: notesOn(points, question.by),
    // Nothing to judge is no pass.
    exitCode:
      EXIT_CODES[
        lines.length === 0 || (!question.allowShort && lines.every(isTooShort))
          ? 'inconclusive'
          : isNew
            ? 'failed'
            : 'passed'
      ],
  };
}

/** Whether a line has too few runs to tell, in each of its metrics. */
export function isTooShort({ metrics }: LineTrend): boolean {
  return metrics.every(({ changes }) => changes === null);
}

export function newIn(changes: readonly Change[] | null): Change[] {
  return (changes ?? []).filter(({ standing }) => standing === 'new');
}

function trendOfLine(line: Line, { profile, accepted }: TrendQuestion): LineTrend {
  const baseline = line.entries.findLast(({ file }) => accepted.has(file)) ?? null;
  const metrics = METRICS.flatMap((metric): MetricTrend[] => {
    const measured = line.entries.flatMap((entry) => {
      const value = metric.of(entry.result);
      return value === null ? [] : [{ entry, value }];
    });
    if (measured.length === 0) return [];
    const values = measured.map(({ value }) => value);
    const entries = measured.map(({ entry }) => entry);
    const acceptedAt = entries.findLastIndex((entry) => accepted.has(entry.file));
    const changes = changesOf(values, {
      metric,
      profile,
      acceptedAt: acceptedAt === -1 ? null : acceptedAt,
    });
    return [{ metric, entries, values, levels: levelsOf(values, changes ?? []), changes }];
  });
  return { ...line, baseline, metrics };
}

function notesOn(entries: readonly HistoryEntry[], by: By): string[] {
  const early = startedTooEarly(entries);
  const alone = entries.filter(({ result }) => result.run.commit === null).length;
  return [
    ...(early === 0
      ? []
      : [
          `${early} results started before one that was added before them (a clock that went back, or results added late): ` +
            (by === 'time' ? '--by commit keeps the order of adding.' : 'the order of adding is kept.'),
        ]),
    ...(by === 'commit' && alone > 0
      ? [`${alone} results name no commit: each stands where it was added.`]
      : []),
  ];
}
