/** The trend as text. */
import { printable } from '../format/printable.ts';
import { table } from '../format/format.ts';
import { describeChange, STANDINGS, summaryOf, verdictOf } from '../history/describe-change.ts';
import { describeRun, shortCommit, startOf, type HistoryEntry } from '../history/entry.ts';
import { sparkline } from '../history/sparkline.ts';
import type { LineTrend, MetricTrend, Trend } from '../history/trend.ts';

/** Runs of each line that are listed. */
const LISTED = 10;
const LONGEST = 400;

/** @param leastRuns on either side of a change */
export function trendText(trend: Trend, leastRuns: number): string {
  const { lines, by, leftOut, notes } = trend;
  const count = lines.reduce((sum, { entries }) => sum + entries.length, 0);
  const text = [
    `k6-overhead  trend  by ${by}  ${count} results in ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`,
    summaryOf(trend, leastRuns),
    '',
    ...lines.flatMap((line) => [line.title, ...lineText(line, leastRuns).map((row) => `  ${row}`), '']),
    ...section('Left out', leftOut),
    ...section('Notes', notes),
  ];
  return text.map((row) => printable(row, 4 * LONGEST)).join('\n');
}

function lineText(line: LineTrend, leastRuns: number): string[] {
  const { subtitle, metrics, entries, baseline } = line;
  const { word, reason } = verdictOf(line, leastRuns);
  const changes = metrics.flatMap((one) =>
    (one.changes ?? []).map((change) => [STANDINGS[change.standing], describeChange(one, change)]),
  );
  return [
    subtitle,
    ...table(metrics.map(seriesRow)),
    ...(word === 'WORSE' ? [] : [`${word}: ${reason}`]),
    ...(baseline === null ? [] : [`Accepted baseline: ${describeRun(baseline.result)}`]),
    ...(changes.length === 0 ? [] : ['Changes', ...table(changes).map((row) => `  ${row}`)]),
    'Latest runs',
    ...table(entries.slice(-LISTED).map((entry) => runRow(entry, metrics))).map((row) => `  ${row}`),
  ];
}

function seriesRow({ metric, values }: MetricTrend): string[] {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(metric.human);
  return [
    metric.title,
    sparkline(values),
    `${values.length} runs`,
    `last ${metric.human(values.at(-1) ?? 0)}`,
    `${low ?? ''} to ${high ?? ''}`,
  ];
}

function runRow({ result }: HistoryEntry, metrics: readonly MetricTrend[]): string[] {
  return [
    startOf(result),
    shortCommit(result) ?? 'no commit',
    ...metrics.map(({ metric }) => {
      const value = metric.of(result);
      const interval = metric.intervalOf(result);
      const range =
        interval === null ? '' : ` (${metric.human(interval.lower)} to ${metric.human(interval.upper)})`;
      return `${metric.title} ${value === null ? '–' : metric.human(value)}${range}`;
    }),
  ];
}

function section(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : [title, ...rows.map((row) => `  ${row}`), ''];
}
