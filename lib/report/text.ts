/** A document as text: for a pipe, and for the file beside the JSON. */
import { table } from '../format/format.ts';
import { printable } from '../format/printable.ts';
import type { Axis, Chart } from './chart.ts';
import { chartTable } from './chart-table.ts';
import type { Bars, Cell, Document, Judged, Part, Section, Table } from './document.ts';

const LONGEST = 1_000;
/** Width of a value beside a bar. */
const VALUE = 10;
/** Width of the longest bar. */
const BAR = 40;
/** Hundreds of points make a picture, and no table. */
const PICTURES: ReadonlySet<Axis> = new Set(['seconds', 'percentile']);

/** Every string that came from outside is shown escaped. */
export function textOf(document: Document): string {
  const { title, subtitle, head, keyNumbers, sections } = document;
  const numbers = keyNumbers.map(({ label, value, note }) => [label, value, note].map(clean));
  return [
    ...(head === null ? [title, subtitle].map(clean) : [headLine(head)]),
    verdictLine(document),
    '',
    ...(numbers.length === 0 ? [] : [...table(numbers).map(indented), '']),
    sectionsText(sections),
  ].join('\n');
}

/** `k6-overhead  heavy  local  thresholds 1a2b3c4d  …`: a stale bundle shows here. */
export function headLine(head: readonly string[]): string {
  return ['k6-overhead', ...head].map(clean).join('  ');
}

/** `FAILED  P95 of successful requests  (exit code 99)`. */
export function verdictLine({
  verdict: { word, reason, exitCode },
}: {
  verdict: Pick<Document['verdict'], 'word' | 'reason' | 'exitCode'>;
}): string {
  return [word, clean(reason), ...(exitCode === null ? [] : [`(exit code ${exitCode})`])].join('  ');
}

/** Sections alone, as what is added to a report stands behind it. */
export function sectionsText(sections: readonly Section[]): string {
  return sections
    .flatMap(({ title, parts }) => {
      const lines = parts.map(linesOf).filter((ofPart) => ofPart.length > 0);
      if (lines.length === 0) return [];
      // A table that follows something stands apart from it.
      const apart = lines.flatMap((ofPart, i) => (i > 0 && ofPart.length > 1 ? ['', ...ofPart] : ofPart));
      return [clean(title), ...apart.map(indented), ''];
    })
    .join('\n');
}

function linesOf(part: Part): string[] {
  switch (part.kind) {
    case 'facts':
      return table(part.rows.map(([name, value]) => [`${clean(name)}:`, textOfCell(value)]));
    case 'table':
      return tableLines(part.table);
    case 'judged':
      return table(part.judged.rows.map((row) => judgedCells(row).map(clean)));
    case 'bars':
      return barLines(part.bars);
    case 'chart':
      if (part.chart.inText === true) return [clean(part.chart.title), ...tableLines(chartTable(part.chart))];
      return PICTURES.has(part.chart.axis) ? [] : chartLines(part.chart);
    case 'flame':
      return [];
    case 'text':
      return [clean(part.text)];
    case 'advice':
      return [
        clean(part.title),
        ...part.evidence.map((line) => `  ${clean(line)}`),
        `  → ${clean(part.change)}`,
        `  ${clean(part.source)}`,
      ];
  }
}

/** What did not hold stands out without a colour. */
export function judgedCells({ tone, word, name, cells }: Judged['rows'][number]): string[] {
  return [tone === 'good' ? word : word.toUpperCase(), name, ...cells];
}

function tableLines({ columns, rows, numbersFrom }: Table): string[] {
  return table([columns.map(clean), ...rows.map((row) => row.map(textOfCell))], numbersFrom);
}

function barLines({ columns, rows }: Bars): string[] {
  const barOf = barsFor(rows.map(({ value }) => value));
  return table([columns.map(clean), ...rows.map(({ cells, value }) => [...cells.map(clean), barOf(value)])]);
}

/** A row for each x, and a bar for each value; a bar that ends with `>` goes beyond a limit that is the same everywhere. */
function chartLines(chart: Chart): string[] {
  const bars = chart.lines.filter(({ look }) => look === 'bar');
  const lines = bars.length > 0 ? bars : chart.lines.filter(({ look }) => look === 'line');
  const limit = chart.axis === 'rate' ? chart.lines.find(({ look }) => look === 'limit')?.values[0] : null;
  const barOf = barsFor(
    lines.flatMap(({ values }) => values.filter((value) => value !== null)),
    limit ?? Infinity,
  );
  const at = chart.tableRows ?? chart.x.map((_, i) => i);
  const { columns, rows } = chartTable({ ...chart, lines });
  const withBars = rows.map(([x = '', ...values], row) => [
    textOfCell(x),
    ...values.flatMap((value, line) => [
      textOfCell(value).padStart(VALUE),
      barOf(lines[line]?.values[at[row] ?? 0] ?? null),
    ]),
  ]);
  const [x = '', ...labels] = columns;
  return [clean(chart.title), ...table([[x, ...labels.flatMap((label) => [clean(label), ''])], ...withBars])];
}

/** Bars that share a scale, from the smallest value or 0 to the largest or the limit. */
function barsFor(values: readonly number[], limit = Infinity): (value: number | null) => string {
  const low = Math.min(0, ...values);
  const high = Math.min(limit, Math.max(0, ...values));
  const scale = (value: number) => (high === low ? 0 : Math.round(((value - low) / (high - low)) * BAR));
  return (value) => {
    if (value === null) return '';
    const [from, to] = [scale(Math.min(0, value)), scale(Math.min(high, Math.max(0, value)))];
    return ' '.repeat(from) + '█'.repeat(Math.max(1, to - from)) + (value > limit ? '>' : '');
  };
}

function textOfCell(cell: Cell): string {
  return clean(typeof cell === 'string' ? cell : cell.text);
}

function clean(text: string): string {
  return printable(text, LONGEST);
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`;
}
