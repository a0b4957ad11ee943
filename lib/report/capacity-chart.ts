/** P95 against rate for both arms of a capacity run, with the limit. */
import { p95ByRate } from './p95-by-rate.ts';
import type { CapacityResult } from '../result/run-result.ts';
import { spread, type Chart } from './chart.ts';

/** A logarithm needs a value above 0. */
const SMALLEST_MS = 0.001;
const TABLE_ROWS = 40;

/** Null where nothing was tried. */
export function capacityChart(capacity: CapacityResult): Chart | null {
  const points = p95ByRate(capacity);
  if (points.length === 0) return null;
  return {
    title: 'P95 at each rate',
    note: 'Medians of the tries at about the same rate; the latency axis is logarithmic.',
    axis: 'rate',
    x: points.map(({ perSecond }) => perSecond),
    unit: 'ms',
    log: true,
    lines: [
      ...capacity.arms.map(({ name }, arm) => ({
        label: name,
        values: points.map(({ p95Ms }) => {
          const value = p95Ms[arm] ?? null;
          return value === null ? null : Math.max(SMALLEST_MS, value);
        }),
        look: 'line' as const,
        colour: arm,
      })),
      { label: 'limit', values: points.map(() => capacity.limits.p95Ms), look: 'limit', colour: 3 },
    ],
    tableRows: spread(points.length, TABLE_ROWS),
  };
}
