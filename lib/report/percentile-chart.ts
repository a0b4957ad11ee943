/** Latency by percentile, on a logarithmic scale: what a mean hides. */
import { humanMs } from '../format/format.ts';
import type { Latency, RunResult } from '../result/run-result.ts';
import type { Chart } from './chart.ts';

/** Rows of its table. */
const TABLE_LEVELS: readonly number[] = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999];
/** A logarithm needs a value above 0; k6 measures in nanoseconds, and nothing answers in a microsecond. */
const SMALLEST_MS = 0.001;

/** The quantile functions of some requests, each with its label. P100 is left out: it has no place on this axis. */
export function percentileChart(
  levels: RunResult['latency']['levels'],
  lines: readonly (readonly [label: string, latency: Latency])[],
): Chart {
  const below = levels.filter((level) => level < 1);
  const rows = TABLE_LEVELS.map((level) => below.findIndex((one) => Math.abs(one - level) < 1e-9));
  return {
    title: 'Latency by percentile',
    note: `Both axes are logarithmic; the largest values are ${lines.map(([label, { maxMs }]) => `${humanMs(maxMs)} (${label})`).join(', ')}.`,
    axis: 'percentile',
    x: below,
    unit: 'ms',
    log: true,
    lines: lines.map(([label, { quantilesMs }], colour) => ({
      label,
      values: below.map((_, i) => Math.max(SMALLEST_MS, quantilesMs[i] ?? SMALLEST_MS)),
      look: 'line',
      colour,
    })),
    tableRows: rows.filter((row) => row !== -1),
  };
}
