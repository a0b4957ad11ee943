/** Charts as data: the page's script draws them, and a table of the same numbers stands for them everywhere else. */
import type { Point } from './thin.ts';

/** Which axis lies below, and how its values are read. */
export type Axis = 'percentile' | 'seconds' | 'block' | 'run' | 'rate';

export interface Line {
  label: string;
  /** One value for each x; null where there is none. */
  values: readonly (number | null)[];
  /** `bar` from zero, `limit` a broken line, `lower` and `upper` the edges of a shaded interval. */
  look: 'line' | 'bar' | 'limit' | 'lower' | 'upper';
  /** Index of its colour; lines of one arm share theirs. */
  colour: number;
}

export interface Chart {
  title: string;
  /** One sentence below it. */
  note: string;
  axis: Axis;
  /** Shares from 0 to 1, seconds from the start, numbers of blocks or of runs, requests a second. Rising. */
  x: readonly number[];
  /** What each x is called, where a number says too little. */
  labels?: readonly string[];
  /** Ends of the axis, where charts stand under each other; else its values decide. */
  range?: readonly [number, number];
  unit: string;
  /** Logarithmic: every value must be above 0. */
  log?: true;
  lines: readonly Line[];
  /** Rows of the table that stands for the chart; all of them unless told. */
  tableRows?: readonly number[];
  /** A text has its table; else what it has of a chart follows from the axis. */
  inText?: true;
}

/** Puts series with x values of their own on one axis. */
export function onOneAxis(series: readonly (readonly Point[])[]): {
  x: number[];
  values: (number | null)[][];
} {
  const x = [...new Set(series.flatMap((points) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const values = series.map((points) => {
    const byX = new Map(points);
    return x.map((at) => byX.get(at) ?? null);
  });
  return { x, values };
}

/** About `count` indexes, evenly spread over `length` values, with the first and the last. */
export function spread(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / (count - 1)));
}
