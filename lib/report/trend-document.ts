/** The trend as documents, one for each line. */
import { signed } from '../format/format.ts';
import { describeInterval, STANDINGS, summaryOf, verdictOf } from '../history/describe-change.ts';
import { describeRun, shortCommit, startOf } from '../history/entry.ts';
import type { Change } from '../history/changes.ts';
import type { LineTrend, MetricTrend, Trend } from '../history/trend.ts';
import type { Chart, Line } from './chart.ts';
import {
  chart,
  filled,
  tableOfAny,
  text,
  type Cell,
  type Document,
  type KeyNumber,
  type Section,
  type Tone,
} from './document.ts';
import { headLine, textOf } from './text.ts';
import { printable } from '../format/printable.ts';

const LONGEST = 2_000;
/** Runs in the table of a chart: the latest ones. */
const TABLE_RUNS = 20;

/** @param leastRuns on either side of a change */
export function trendDocuments(trend: Trend, leastRuns: number): Document[] {
  const general = filled([
    { title: 'Left out', parts: trend.leftOut.map(text) },
    { title: 'Notes', parts: trend.notes.map(text) },
  ]);
  if (trend.lines.length === 0) return [emptyDocument(general)];
  return trend.lines.map((line, i) => documentOf(line, trend, leastRuns, i === 0 ? general : []));
}

/** The same as text, below one line for all of them. */
export function trendText(trend: Trend, leastRuns: number): string {
  const { lines, by } = trend;
  const count = lines.reduce((sum, { entries }) => sum + entries.length, 0);
  const size = `${count} results in ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`;
  return [
    headLine(['trend', `by ${by}`, size]),
    printable(summaryOf(trend, leastRuns), LONGEST),
    '',
    ...trendDocuments(trend, leastRuns).map(textOf),
  ].join('\n');
}

function documentOf(
  line: LineTrend,
  { by }: Trend,
  leastRuns: number,
  general: readonly Section[],
): Document {
  const { word, reason } = verdictOf(line, leastRuns);
  const tones: Record<typeof word, Tone> = { WORSE: 'bad', STEADY: 'good', 'TOO SHORT': 'unsure' };
  const sections: Section[] = [
    { title: 'Changes', parts: changesTable(line.metrics) },
    {
      title: by === 'commit' ? 'Over commits' : 'Over time',
      parts: line.metrics.map((metric) => chart(runChart(metric))),
    },
    ...general,
  ];
  return {
    title: line.title,
    subtitle: line.subtitle,
    head: null,
    verdict: { word, tone: tones[word], reason, exitCode: null, name: 'trend' },
    keyNumbers: [...line.metrics.map(keyNumber), baselineNumber(line)],
    sections: filled(sections),
  };
}

function emptyDocument(sections: readonly Section[]): Document {
  return {
    title: 'Trend',
    subtitle: 'results are added by `npm run history -- add`',
    head: null,
    verdict: {
      word: 'NO RESULTS',
      tone: 'unsure',
      reason: 'the history has none that can be drawn',
      exitCode: null,
      name: 'trend',
    },
    keyNumbers: [{ label: 'Results', value: '0', note: 'in the history' }],
    sections,
  };
}

function keyNumber({ metric, values, levels, changes }: MetricTrend): KeyNumber {
  const since = levels.length - (changes?.at(-1)?.index ?? 0);
  return {
    label: `${metric.title}, latest run`,
    value: metric.human(values.at(-1) ?? 0),
    note: `${metric.human(levels.at(-1) ?? 0)} is the mean of the latest ${since} runs`,
  };
}

function baselineNumber({ baseline, entries }: LineTrend): KeyNumber {
  return {
    label: 'Accepted baseline',
    value: baseline === null ? 'none' : (shortCommit(baseline.result) ?? startOf(baseline.result)),
    note: `${entries.length} runs in all`,
  };
}

function changesTable(metrics: readonly MetricTrend[]): Section['parts'] {
  const rows = metrics.flatMap((one) => (one.changes ?? []).map((change) => changeRow(one, change)));
  const columns = ['Standing', 'Metric', 'Since', 'Runs', 'Before', 'After', 'Change', '95 % interval'];
  return tableOfAny(columns, rows, 3);
}

function changeRow({ metric, entries }: MetricTrend, change: Change): Cell[] {
  const { index, before, after, size, interval, standing } = change;
  const first = entries[index];
  const tone: Tone = standing === 'new' ? 'bad' : standing === 'better' ? 'good' : 'plain';
  return [
    tone === 'plain' ? STANDINGS[standing] : { text: STANDINGS[standing], tone },
    metric.title,
    first === undefined ? '' : describeRun(first.result),
    String(entries.length - index),
    metric.human(before),
    metric.human(after),
    signed(size, metric.human),
    describeInterval(metric, interval),
  ];
}

/** The values run by run, the level between changes, and the interval of each run where it has one. */
function runChart({ metric, entries, values, levels, changes }: MetricTrend): Chart {
  const scale = metric.unit === '%' ? 100 : 1;
  const scaled = (all: readonly (number | null)[]) =>
    all.map((value) => (value === null ? null : value * scale));
  const intervals = entries.map(({ result }) => metric.intervalOf(result));
  const edge = (look: 'lower' | 'upper', label: string): Line => ({
    label,
    values: scaled(intervals.map((interval) => interval?.[look] ?? null)),
    look,
    colour: 0,
  });
  return {
    title: metric.title,
    note:
      changes === null
        ? 'Too few runs to tell a change.'
        : 'The broken line is the mean of the runs between two changes.',
    axis: 'run',
    x: values.map((_, i) => i + 1),
    labels: entries.map(({ result }) => describeRun(result)),
    range: [0.5, values.length + 0.5],
    unit: metric.unit,
    lines: [
      { label: metric.title, values: scaled(values), look: 'line', colour: 0 },
      ...(intervals.some((interval) => interval !== null)
        ? [edge('lower', '95 % interval from'), edge('upper', '95 % interval to')]
        : []),
      ...(changes === null
        ? []
        : [{ label: 'level', values: scaled(levels), look: 'limit' as const, colour: 1 }]),
    ],
    tableRows: values.map((_, i) => i).slice(-TABLE_RUNS),
  };
}
