/** What a report says, whatever it is written as: HTML and Markdown are made from this. */
import type { Chart } from './chart.ts';
import type { Flame } from './flame.ts';
import type { Span } from './spans.ts';

/** How a value is meant: it colours words that also say it. */
export type Tone = 'good' | 'bad' | 'unsure' | 'plain';

export type Cell = string | { text: string; tone: Tone };

export interface Table {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** Columns from this one on hold numbers, and stand to the right; none by default. */
  numbersFrom?: number;
}

/** Rows of a table, each with a bar from zero and its interval beside it. */
export interface Bars {
  columns: readonly string[];
  rows: readonly {
    /** The second is the bar's value in words. */
    cells: readonly string[];
    value: number;
    interval: readonly [lower: number, upper: number] | null;
    tone: Tone;
  }[];
}

export type Part =
  | { kind: 'table'; table: Table }
  | { kind: 'bars'; bars: Bars }
  | { kind: 'chart'; chart: Chart }
  | { kind: 'flame'; flame: Flame }
  | { kind: 'text'; text: string }
  /** Something to do, with the reasons for it. */
  | { kind: 'advice'; title: string; evidence: readonly string[]; change: string; source: string };

export interface Section {
  title: string;
  parts: readonly Part[];
}

/** A number that a reader looks for first. */
export interface KeyNumber {
  label: string;
  value: string;
  note: string;
}

/** One result as a report. */
export interface Document {
  title: string;
  subtitle: string;
  verdict: { word: string; tone: Tone; reason: string };
  keyNumbers: readonly KeyNumber[];
  /** Shaded in every chart over time. */
  spans?: readonly Span[];
  /** None of them is empty. */
  sections: readonly Section[];
}

export function table(columns: readonly string[], rows: Table['rows'], numbersFrom?: number): Part {
  return {
    kind: 'table',
    table: { columns, rows, ...(numbersFrom === undefined ? {} : { numbersFrom }) },
  };
}

export function chart(of: Chart): Part {
  return { kind: 'chart', chart: of };
}

export function text(words: string): Part {
  return { kind: 'text', text: words };
}
