/** The table that stands for a chart. */
import { humanMs, humanNumber } from '../format/format.ts';
import type { Axis, Chart } from './chart.ts';
import type { Table } from './document.ts';

const COLUMN: Readonly<Record<Axis, string>> = {
  percentile: 'Percentile',
  seconds: 'Second',
  block: 'Block',
  run: 'Run',
  rate: 'Requests a second',
};

export function chartTable({ axis, x, labels, unit, lines, tableRows }: Chart): Table {
  const rows = tableRows ?? x.map((_, i) => i);
  return {
    columns: [COLUMN[axis], ...lines.map(({ label }) => label)],
    rows: rows.map((row) => [
      labels?.[row] ?? position(axis, x[row] ?? 0),
      ...lines.map(({ values }) => {
        const value = values[row] ?? null;
        return value === null ? '–' : unit === 'ms' ? humanMs(value) : humanNumber(value);
      }),
    ]),
    numbersFrom: 1,
  };
}

function position(axis: Axis, x: number): string {
  return axis === 'percentile' ? `P${Number((x * 100).toFixed(3))}` : String(Number(x.toFixed(1)));
}
