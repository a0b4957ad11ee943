// Counts what an exporter was given and what became of it, and bounds its queue.
import { setTimeout as wait } from 'node:timers/promises';
import { untilDone } from '../until-done.ts';

export interface ExportStats {
  /** Spans or events that requests have started. */
  readonly started: number;
  /** Handed to the SDK and neither exported nor failed yet. */
  readonly queued: number;
  readonly capacity: number;
  readonly exported: number;
  readonly failed: number;
  /** Refused because the queue was full. */
  readonly dropped: number;
}

/** After a drain `started = exported + failed + dropped`. */
export class ExportCounter {
  readonly #capacity: number;
  /** Spans or events that are queued or on their way. */
  readonly #open = new Set<object>();
  #started = 0;
  #exported = 0;
  #failed = 0;
  #dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  start(): void {
    this.#started += 1;
  }

  /** Takes a span or an event; false, and counted as dropped, when the queue is full. */
  accept(item: object): boolean {
    if (this.#open.size >= this.#capacity) {
      this.#dropped += 1;
      return false;
    }
    this.#open.add(item);
    return true;
  }

  /** Says what became of accepted ones. */
  settle(isExported: boolean, items: readonly object[]): void {
    for (const item of items) this.#open.delete(item);
    if (isExported) this.#exported += items.length;
    else this.#failed += items.length;
  }

  /** Calls `flush` until all of now is settled; false when `limitMs` milliseconds were not enough. */
  drain(flush: () => Promise<unknown>, limitMs: number): Promise<boolean> {
    const goal = [...this.#open];
    return untilDone(
      () => !goal.some((item) => this.#open.has(item)),
      limitMs,
      (leftMs) => Promise.race([flush(), wait(leftMs, undefined, { ref: false })]),
    );
  }

  stats(): ExportStats {
    return {
      started: this.#started,
      queued: this.#open.size,
      capacity: this.#capacity,
      exported: this.#exported,
      failed: this.#failed,
      dropped: this.#dropped,
    };
  }
}
