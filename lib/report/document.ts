/** What a report says, whatever it is written as: terminal, text, Markdown, HTML and JUnit are made from this. */
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

/** What was judged one by one; JUnit makes a case of each. */
export interface Judged {
  what: 'gate' | 'guard' | 'check';
  /** Of `cells`. */
  columns: readonly string[];
  rows: readonly {
    /** Everything but `good` fails. */
    tone: Tone;
    word: string;
    name: string;
    cells: readonly string[];
    /** What would be said of it if it had failed. */
    failure: string;
  }[];
  numbersFrom?: number;
}

export type Part =
  /** Names with their values. */
  | { kind: 'facts'; about: string; rows: readonly (readonly [name: string, value: Cell])[] }
  | { kind: 'table'; table: Table }
  | { kind: 'judged'; judged: Judged }
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

/** One result as a report. Its strings are raw: who writes it escapes them. */
export interface Document {
  title: string;
  subtitle: string;
  /** The first line of a text: scenario, environment, hash of `thresholds/` and start; null where the title says it. */
  head: readonly string[] | null;
  verdict: {
    word: string;
    tone: Tone;
    reason: string;
    /** Null where it decides nothing by itself. */
    exitCode: number | null;
    /** What JUnit calls it. */
    name: string;
  };
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

/** A table, where it has rows. */
export function tableOfAny(columns: readonly string[], rows: Table['rows'], numbersFrom?: number): Part[] {
  return rows.length === 0 ? [] : [table(columns, rows, numbersFrom)];
}

/** Without those that are null: not known of this result. */
export function facts(about: string, rows: readonly (readonly [name: string, value: Cell | null])[]): Part {
  return { kind: 'facts', about, rows: rows.flatMap(([name, of]) => (of === null ? [] : [[name, of]])) };
}

export function judged(of: Judged): Part {
  return { kind: 'judged', judged: of };
}

export function chart(of: Chart): Part {
  return { kind: 'chart', chart: of };
}

/** Those of some charts that there are. */
export function charts(of: readonly (Chart | null)[]): Part[] {
  return of.flatMap((one) => (one === null ? [] : [chart(one)]));
}

export function text(words: string): Part {
  return { kind: 'text', text: words };
}

/** `yes` in green or `no` in red. */
export function toned(good: boolean, yes: string, no: string): Cell {
  return { text: good ? yes : no, tone: good ? 'good' : 'bad' };
}

/** Why, and what a pipeline sees of it. */
export function reasonOf({ reason, exitCode }: Document['verdict']): string {
  return exitCode === null ? reason : `${reason} (exit code ${exitCode})`;
}

/** A part that most writers show as a table. */
export function asTable(part: Extract<Part, { kind: 'facts' | 'table' | 'judged' }>): Table {
  switch (part.kind) {
    case 'table':
      return part.table;
    case 'facts':
      return { columns: [part.about, 'Value'], rows: part.rows };
    case 'judged': {
      const { what, columns, rows, numbersFrom } = part.judged;
      return {
        columns: ['Status', what.charAt(0).toUpperCase() + what.slice(1), ...columns],
        rows: rows.map(({ tone, word, name, cells }) => [{ text: word, tone }, name, ...cells]),
        ...(numbersFrom === undefined ? {} : { numbersFrom }),
      };
    }
  }
}

/** The sections that say something. */
export function filled(sections: readonly Section[]): Section[] {
  return sections.filter(({ parts }) => parts.length > 0);
}
