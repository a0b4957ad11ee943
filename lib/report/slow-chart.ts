/** When the requests of the arms were slow: a strip over the time of the run. */
import type { OverheadResult } from '../result/run-result.ts';
import { spread, type Chart } from './chart.ts';

/** Levels of a slice as the middle of the shares that they stand for. */
const PERCENT = [0, 17, 50, 83];
const TABLE_ROWS = 13;

type Arm = OverheadResult['arms'][number];

/**
 * Null where it is not known when requests were slow, or none was.
 * @param startMs what 0 s is, as in every chart over time: what is shaded there is shaded here
 */
export function slowChart(arms: readonly Arm[], startMs: number | null): Chart | null {
  const slices = arms.flatMap(slicesOf).sort((a, b) => a.atMs - b.atMs);
  if (startMs === null || slices.length === 0 || slices.every(({ percent }) => percent === 0)) return null;
  const x = slices.map(({ atMs }) => (atMs - startMs) / 1_000);
  return {
    title: 'Slow requests over time',
    note: "Share of the requests that were slower than their arm's P95. Single ones are spread over the run, stalls stand together. Shaded: when each arm was under load.",
    axis: 'seconds',
    x,
    unit: '%',
    lines: arms.map(({ name }, i) => ({
      label: `slow, ${name}`,
      values: slices.map(({ arm, percent }) => (arm === name ? percent : null)),
      look: 'bar',
      colour: i,
    })),
    tableRows: spread(x.length, TABLE_ROWS),
  };
}

function slicesOf({ name, blocks }: Arm): { atMs: number; arm: string; percent: number }[] {
  return blocks.flatMap((block) => {
    const start = block?.startedAtMs;
    const { sliceMs, levels } = block?.slow ?? { sliceMs: 0, levels: [] };
    if (start == null) return [];
    return levels.map((level, i) => ({
      atMs: start + i * sliceMs,
      arm: name,
      percent: PERCENT[level] ?? 0,
    }));
  });
}
