/** The overhead from the median to P99. */
import type { OverheadResult } from '../result/run-result.ts';
import type { Chart } from './chart.ts';

/** Rows of its table. */
const TABLE_LEVELS: readonly number[] = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99];

/** Null where it is not known. */
export function curveChart({ curve = [] }: OverheadResult): Chart | null {
  if (curve.length === 0) return null;
  return {
    title: 'Overhead by percentile',
    note: 'Treatment - baseline; each 95 % interval is that of its percentile alone.',
    axis: 'percentile',
    x: curve.map(({ level }) => level),
    unit: 'ms',
    lines: [
      { label: 'overhead', values: curve.map(({ overheadMs }) => overheadMs), look: 'line', colour: 1 },
      {
        label: '95 % interval from',
        values: curve.map(({ interval }) => interval?.lowerMs ?? null),
        look: 'lower',
        colour: 1,
      },
      {
        label: 'to',
        values: curve.map(({ interval }) => interval?.upperMs ?? null),
        look: 'upper',
        colour: 1,
      },
    ],
    tableRows: curve.flatMap(({ level }, i) => (TABLE_LEVELS.includes(level) ? [i] : [])),
    inText: true,
  };
}
