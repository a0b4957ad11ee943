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
  #started = 0;
  #accepted = 0;
  #exported = 0;
  #failed = 0;
  #dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get queued(): number {
    return this.#accepted - this.settled;
  }

  /** Spans or events that have been exported or have failed. */
  get settled(): number {
    return this.#exported + this.#failed;
  }

  start(): void {
    this.#started += 1;
  }

  /** False, and counted as dropped, when the queue is full. */
  accept(): boolean {
    if (this.queued >= this.#capacity) {
      this.#dropped += 1;
      return false;
    }
    this.#accepted += 1;
    return true;
  }

  settle(isExported: boolean, count: number): void {
    if (isExported) this.#exported += count;
    else this.#failed += count;
  }

  /** Calls `flush` until all of now is settled; false when `limitMs` milliseconds were not enough. */
  drain(flush: () => Promise<unknown>, limitMs: number): Promise<boolean> {
    const goal = this.#accepted;
    return untilDone(
      () => this.settled >= goal,
      limitMs,
      (leftMs) => Promise.race([flush(), wait(leftMs, undefined, { ref: false })]),
    );
  }

  stats(): ExportStats {
    return {
      started: this.#started,
      queued: this.queued,
      capacity: this.#capacity,
      exported: this.#exported,
      failed: this.#failed,
      dropped: this.#dropped,
    };
  }
}
