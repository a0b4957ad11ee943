/** The overhead in each block of an experiment, with the estimate, its interval and the budget. */
import { humanMs } from '../format/format.ts';
import type { OverheadResult } from '../result/run-result.ts';
import type { Chart, Line } from './chart.ts';

/** A budget this many times above everything else would flatten it: it is named instead. */
const BUDGET_IN_SIGHT = 3;

/** Null where no block was measured. */
export function blockChart(overhead: OverheadResult): Chart | null {
  const { differencesMs, estimateMs, interval, budgetMs } = overhead;
  const measured = differencesMs.flatMap((difference, i) =>
    difference === null ? [] : [{ block: i + 1, difference }],
  );
  if (measured.length === 0) return null;
  const x = measured.map(({ block }) => block);
  const flat = (label: string, value: number, look: Line['look'], colour: number): Line => ({
    label,
    values: x.map(() => value),
    look,
    colour,
  });
  const largest = Math.max(
    ...measured.map(({ difference }) => Math.abs(difference)),
    Math.abs(interval?.upperMs ?? 0),
  );
  const inSight = budgetMs <= BUDGET_IN_SIGHT * largest;
  return {
    title: 'Overhead in each block',
    note: `P95 of the treatment - P95 of the baseline${inSight ? '' : `; the budget of ${humanMs(budgetMs)} lies above this chart`}.`,
    axis: 'block',
    x,
    range: [0.4, Math.max(...x) + 0.6],
    unit: 'ms',
    lines: [
      { label: 'difference', values: measured.map(({ difference }) => difference), look: 'bar', colour: 0 },
      ...(interval === null
        ? []
        : [
            flat('95 % interval from', interval.lowerMs, 'lower', 1),
            flat('95 % interval to', interval.upperMs, 'upper', 1),
          ]),
      ...(estimateMs === null ? [] : [flat('estimate', estimateMs, 'line', 1)]),
      ...(inSight ? [flat('budget', budgetMs, 'limit', 3)] : []),
    ],
  };
}
