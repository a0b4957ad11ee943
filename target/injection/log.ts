// What happened on the server in each of the latest requests, for the true p95 difference.
import { flagNames, type Flags } from '../flags.ts';
import type { Injected } from './injector.ts';
import { injectionKeys } from './injection.ts';

export interface LogEntry {
  readonly executionId: string;
  readonly status: number;
  /** Start on the server, milliseconds since 1970. */
  readonly startMs: number;
  /** From the request's arrival to its answer on the server, milliseconds. */
  readonly totalMs: number;
  readonly flags: Flags;
  readonly injected: Injected;
}

/** Column names of a line of the log. */
export const logColumns = [
  'seq',
  'executionId',
  'status',
  'startMs',
  'totalMs',
  ...flagNames,
  ...injectionKeys.map((key) => `injected.${key}`),
];

/** A ring of the latest requests: old ones are overwritten. */
export class InjectionLog {
  readonly #entries: (LogEntry | undefined)[];
  #next = 0;

  constructor(capacity = 200_000) {
    this.#entries = new Array<LogEntry | undefined>(capacity);
  }

  add(entry: LogEntry): void {
    this.#entries[this.#next % this.#entries.length] = entry;
    this.#next += 1;
  }

  /** Number of the next entry: `since` this, only requests from now on are listed. */
  get next(): number {
    return this.#next;
  }

  /** NDJSON from entry number `since` on: a line of column names, then an array of values for each request. */
  *lines(since: number): Generator<string> {
    yield `${JSON.stringify(logColumns)}\n`;
    const oldest = Math.max(0, this.#next - this.#entries.length);
    const end = this.#next;
    for (let seq = Math.max(since, oldest); seq < end; seq += 1) {
      const entry = this.#entries[seq % this.#entries.length];
      if (entry !== undefined) yield `${JSON.stringify(row(seq, entry))}\n`;
    }
  }
}

function row(seq: number, entry: LogEntry): readonly (string | number)[] {
  return [
    seq,
    entry.executionId,
    entry.status,
    entry.startMs,
    microseconds(entry.totalMs),
    ...flagNames.map((name) => Number(entry.flags[name])),
    ...injectionKeys.map((key) => microseconds(entry.injected[key] ?? 0)),
  ];
}

/** Rounds milliseconds to whole microseconds: finer digits are noise. */
const microseconds = (ms: number): number => Math.round(ms * 1_000) / 1_000;
