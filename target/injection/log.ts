// What happened on the server in each of the latest requests, for the true p95 difference.
import { flagNames, type Flags } from '../flags.ts';
import type { Injected } from './injector.ts';
import { injectionKeys } from './injection.ts';

export interface LogEntry {
  /** A UUID. */
  readonly executionId: string;
  readonly status: number;
  /** Start on the server, milliseconds since 1970. */
  readonly startMs: number;
  /** From the request's arrival to its answer on the server, milliseconds. */
  readonly totalMs: number;
  readonly flags: Flags;
  readonly injected: Injected;
}

const injectedKeys = [...injectionKeys, 'cpu'] as const;

/** Column names of a line of the log. */
export const logColumns: readonly string[] = [
  'seq',
  'executionId',
  'status',
  'startMs',
  'totalMs',
  ...flagNames,
  ...injectedKeys.map((key) => `injected.${key}`),
];

const idBytes = 16;

/**
 * A ring of the latest requests: old ones are overwritten. All of its memory, about 65 bytes a request, is taken at
 * once: a log that grew would look like a leak of the target.
 */
export class InjectionLog {
  readonly #capacity: number;
  readonly #ids: Buffer;
  readonly #statuses: Uint16Array;
  readonly #starts: Float64Array;
  readonly #totals: Float64Array;
  /** One bit for each flag. */
  readonly #flags: Uint8Array;
  readonly #injected: Float32Array;
  #next = 0;

  constructor(capacity = 200_000) {
    this.#capacity = capacity;
    this.#ids = Buffer.alloc(capacity * idBytes);
    this.#statuses = new Uint16Array(capacity);
    this.#starts = new Float64Array(capacity);
    this.#totals = new Float64Array(capacity);
    this.#flags = new Uint8Array(capacity);
    this.#injected = new Float32Array(capacity * injectedKeys.length);
  }

  add({ executionId, status, startMs, totalMs, flags, injected }: LogEntry): void {
    const slot = this.#next % this.#capacity;
    this.#ids.write(executionId.replaceAll('-', ''), slot * idBytes, 'hex');
    this.#statuses[slot] = status;
    this.#starts[slot] = startMs;
    this.#totals[slot] = totalMs;
    this.#flags[slot] = flagNames.reduce((bits, name, bit) => bits | (Number(flags[name]) << bit), 0);
    for (const [index, key] of injectedKeys.entries())
      this.#injected[slot * injectedKeys.length + index] = injected[key] ?? 0;
    this.#next += 1;
  }

  /** Number of the next entry: `since` this, only requests from now on are listed. */
  get next(): number {
    return this.#next;
  }

  /** NDJSON from entry number `since` on: a line of column names, then an array of values for each request. */
  *lines(since: number): Generator<string> {
    yield `${JSON.stringify(logColumns)}\n`;
    const oldest = Math.max(0, this.#next - this.#capacity);
    const end = this.#next;
    for (let seq = Math.max(since, oldest); seq < end; seq += 1) yield `${JSON.stringify(this.#row(seq))}\n`;
  }

  #row(seq: number): readonly (string | number)[] {
    const slot = seq % this.#capacity;
    const bits = this.#flags[slot] ?? 0;
    const first = slot * injectedKeys.length;
    return [
      seq,
      uuid(this.#ids.toString('hex', slot * idBytes, (slot + 1) * idBytes)),
      this.#statuses[slot] ?? 0,
      microseconds(this.#starts[slot] ?? 0),
      microseconds(this.#totals[slot] ?? 0),
      ...flagNames.map((_, bit) => (bits >> bit) & 1),
      ...[...this.#injected.subarray(first, first + injectedKeys.length)].map(microseconds),
    ];
  }
}

const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** Rounds milliseconds to whole microseconds: finer digits are noise. */
const microseconds = (ms: number): number => Math.round(ms * 1_000) / 1_000;
