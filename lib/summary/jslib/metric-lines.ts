import { humanizeValue } from './humanize.ts';
import { thresholdsHold, type SummaryData, type SummaryMetric } from './summary-data.ts';
import { printable } from '../../format/printable.ts';
import { width, type Paint } from './terminal.ts';

/** How a metric's values are written. */
interface MetricFormat {
  readonly indent: string;
  readonly timeUnit: string | null | undefined;
  /** Columns of trends. */
  readonly trendStats: readonly string[];
  readonly paint: Paint;
}

/** A metric with everything but its padding. */
interface Row {
  /** `✓`, `✗`, or a blank where no threshold names the metric. */
  readonly mark: string;
  /** Columns before the mark: a submetric stands under its metric. */
  readonly level: string;
  readonly name: string;
  readonly cells: Cells;
}

type Cells =
  | { readonly kind: 'trend'; readonly values: readonly string[] }
  | { readonly kind: 'single'; readonly value: string; readonly extras: readonly string[] };

/** One line per metric, sorted by name with submetrics after their metric, in aligned columns. */
export function metricLines(metrics: SummaryData['metrics'], format: MetricFormat): string[] {
  const rows = Object.entries(metrics)
    .sort(([a], [b]) => byMetricThenSubmetric(a, b))
    .flatMap(([name, metric]) => (metric === undefined ? [] : [toRow(name, metric, format)]));
  const columns = measure(rows);
  return rows.map((row) => rowLine(row, columns, format));
}

/** k6 hands metrics over in random order. The locale is fixed so that every machine sorts alike. */
function byMetricThenSubmetric(a: string, b: string): number {
  return metricOf(a).localeCompare(metricOf(b), 'en') || a.localeCompare(b, 'en');
}

/** `http_reqs{arm:on}` → `http_reqs` */
function metricOf(name: string): string {
  const brace = name.indexOf('{');
  return brace < 0 ? name : name.slice(0, brace);
}

function toRow(name: string, metric: SummaryMetric, format: MetricFormat): Row {
  const brace = name.indexOf('{');
  return {
    mark: thresholdMark(metric, format.paint),
    level: brace < 0 ? '' : '  ',
    name: printable(brace < 0 ? name : `{ ${name.slice(brace + 1, -1)} }`),
    cells: toCells(metric, format),
  };
}

function thresholdMark(metric: SummaryMetric, paint: Paint): string {
  if (metric.thresholds === undefined) return ' ';
  return thresholdsHold(metric.thresholds) ? paint('✓', 'green') : paint('✗', 'red');
}

/** How a number of samples is written, whatever the samples are. */
const COUNT = { type: 'counter', contains: 'default' };

function toCells(metric: SummaryMetric, { timeUnit, trendStats }: MetricFormat): Cells {
  const { values } = metric;
  const human = (value: number | undefined) => humanizeValue(value, metric, timeUnit);
  switch (metric.type) {
    case 'trend':
      return {
        kind: 'trend',
        values: trendStats.map((stat) =>
          stat === 'count' ? humanizeValue(values[stat], COUNT) : human(values[stat]),
        ),
      };
    case 'counter':
      return { kind: 'single', value: human(values.count), extras: [`${human(values.rate)}/s`] };
    case 'gauge':
      return {
        kind: 'single',
        value: human(values.value),
        extras: [`min=${human(values.min)}`, `max=${human(values.max)}`],
      };
    case 'rate':
      return {
        kind: 'single',
        value: human(values.rate),
        extras: [`✓ ${humanizeValue(values.passes, COUNT)}`, `✗ ${humanizeValue(values.fails, COUNT)}`],
      };
    default:
      return { kind: 'single', value: '[no data]', extras: [] };
  }
}

/** Widths that all rows share. */
interface Columns {
  readonly name: number;
  readonly trend: readonly number[];
  readonly value: number;
  readonly extras: readonly number[];
}

function measure(rows: readonly Row[]): Columns {
  const cells = rows.map((row) => row.cells);
  const trends = cells.filter((cell) => cell.kind === 'trend');
  const singles = cells.filter((cell) => cell.kind === 'single');
  return {
    name: Math.max(0, ...rows.map((row) => row.level.length + width(row.name))),
    trend: widest(trends.map((cell) => cell.values)),
    value: Math.max(0, ...singles.map((cell) => width(cell.value))),
    extras: widest(singles.map((cell) => cell.extras)),
  };
}

/** The greatest width in each column of a table whose rows may differ in length. */
function widest(table: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of table) {
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(text));
    });
  }
  return widths;
}

/** Dots after the longest name. */
const MIN_DOTS = 3;

function rowLine({ mark, level, name, cells }: Row, columns: Columns, format: MetricFormat): string {
  const { indent, trendStats, paint } = format;
  const dots = '.'.repeat(columns.name - level.length - width(name) + MIN_DOTS);
  const head = `${indent}${level}${mark} ${name}${paint(`${dots}:`, 'faint')}`;

  if (cells.kind === 'trend') {
    const stats = cells.values.map((value, i) => {
      const padding = blanks(columns.trend[i], value);
      return `${trendStats[i] ?? ''}=${paint(value, 'cyan')}${padding}`;
    });
    return `${head} ${stats.join(' ')}`;
  }

  const value = paint(cells.value, 'cyan');
  if (cells.extras.length === 0) return `${head} ${value}`;
  // A lone second value ends the line; two of them are columns.
  const padded = cells.extras.length > 1;
  const extras = cells.extras.map(
    (extra, i) => paint(extra, 'faintCyan') + (padded ? blanks(columns.extras[i], extra) : ''),
  );
  return `${head} ${value}${blanks(columns.value, cells.value)} ${extras.join(' ')}`;
}

/** What fills a column up after `text`. */
function blanks(columnWidth: number | undefined, text: string): string {
  return ' '.repeat(Math.max(0, (columnWidth ?? 0) - width(text)));
}
