/** Charts over time, all on the axis of the whole run, so that they can be read under each other. */
import { comparedArms } from './cells.ts';
import type { MonitorResult, RunResult } from '../result/run-result.ts';
import { describeSpans } from './spans.ts';
import { onOneAxis, spread, type Chart } from './chart.ts';
import { thin, type Point } from './thin.ts';

/** All charts of a result share this many x values, to keep a page below 500 KB. */
const ALL_POINTS = 9_000;
/** More than a screen has columns. */
const MOST_POINTS = 600;
/** Beyond this many charts a reader looks into the table. */
const MOST_CHARTS = 30;
const TABLE_ROWS = 13;

interface Group {
  title: string;
  unit: string;
  series: { label: string; points: readonly Point[]; colour: number }[];
}

/** Latency, rate and errors, then what the target said about itself. Empty where no series was kept. */
export function timeCharts(result: RunResult): { load: Chart[]; monitor: Chart[] } {
  const load = loadGroups(result);
  const monitor = monitorGroups(result.monitor);
  const shown = monitor.slice(0, Math.max(0, MOST_CHARTS - load.length));
  const lines = [...load, ...shown].reduce((sum, { series }) => sum + series.length, 0);
  const most = Math.max(60, Math.min(MOST_POINTS, Math.floor(ALL_POINTS / Math.max(1, lines))));
  const end = lastSecond(result, [...load, ...shown]);
  const left = (result.monitor?.series ?? []).filter(({ points }) => points !== null).length - shown.length;
  const noted = (charts: Chart[], at: number, note: string | null) =>
    charts.map((one, i) =>
      i === at && note !== null ? { ...one, note: `${one.note} ${note}`.trim() } : one,
    );
  return {
    load: noted(
      load.map((group) => timeChart(group, most, end)),
      0,
      describeSpans(result),
    ),
    monitor: noted(
      shown.map((group) => timeChart(group, most, end)),
      shown.length - 1,
      left > 0 ? `${left} more series, such as those that did not change, are in the table alone.` : null,
    ),
  };
}

function timeChart({ title, unit, series }: Group, most: number, end: number): Chart {
  const { x, values } = onOneAxis(series.map(({ points }) => thin(points, most, end)));
  const cut = series.some(({ points }) => points.length > most);
  return {
    title,
    note: cut ? `The smallest and the largest value of each ${((2 * end) / most).toFixed(1)} s.` : '',
    axis: 'seconds',
    x,
    range: [0, end],
    unit,
    lines: series.map(({ label, colour }, i) => ({ label, values: values[i] ?? [], look: 'line', colour })),
    tableRows: spread(x.length, TABLE_ROWS),
  };
}

/** Series of one unit share a chart; arms keep their colours in all. */
function loadGroups({ timeline, overhead }: RunResult): Group[] {
  if (timeline === null) return [];
  // Of an attribution's many arms the two whose difference is the overhead.
  const arms = overhead === null ? [] : comparedArms(overhead).map(({ name }) => name);
  const shown = timeline.series.filter(({ arm }) => arm === null || arms.length === 0 || arms.includes(arm));
  const units = [...new Set(shown.map(({ unit }) => unit))];
  return units.map((unit) => {
    const series = shown.filter((one) => one.unit === unit);
    const names = [...new Set(series.map(({ name }) => name))];
    return {
      title: names.join(', '),
      unit,
      series: series.map(({ name, arm, points }, i) => {
        const armIndex = overhead?.arms.findIndex((one) => one.name === arm) ?? -1;
        return {
          label: arm === null ? name : `${name}, ${arm}`,
          points,
          colour: armIndex !== -1 && names.length === 1 ? armIndex : i,
        };
      }),
    };
  });
}

function monitorGroups(monitor: MonitorResult | null): Group[] {
  return (monitor?.series ?? []).flatMap(({ name, unit, points }) =>
    points === null || !varies(points)
      ? []
      : [{ title: name, unit, series: [{ label: name, points, colour: 2 }] }],
  );
}

/** A series that stayed as it was needs no chart. */
function varies(points: readonly Point[]): boolean {
  return points.some(([, value]) => value !== points[0]?.[1]);
}

function lastSecond({ run }: RunResult, groups: readonly Group[]): number {
  let last = run.durationMs / 1_000;
  for (const { series } of groups) {
    for (const { points } of series) last = Math.max(last, points.at(-1)?.[0] ?? 0);
  }
  return Math.max(1, Math.ceil(last));
}
