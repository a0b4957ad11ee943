// Rows are queued and written many at a time: an answer never waits for the disk.
import { setTimeout as wait } from 'node:timers/promises';
import { untilDone } from '../until-done.ts';

export interface BatchWriterOptions<Row> {
  /** Writes all of `rows` or none, and then throws; a failed batch is written again. */
  readonly write: (rows: readonly Row[]) => Promise<void>;
  /** Whether an error is about the data of a row, which no repetition would store. */
  readonly isRowAtFault: (error: unknown) => boolean;
  /** Rows in one write at most. */
  readonly batchSize: number;
  /** A batch that is not full is written after this time, milliseconds. */
  readonly delayMs: number;
  /** Rows that may wait; further ones are refused. */
  readonly capacity: number;
  readonly onError: (error: unknown) => void;
}

export interface WriterStats {
  readonly queued: number;
  readonly capacity: number;
  readonly written: number;
  /** Attempts that failed; their rows stay queued, but for those of `failed`. */
  readonly failedWrites: number;
  /** Rows that cannot be stored: given up, so that they block no others. */
  readonly failed: number;
  /** Rows refused because the queue was full. */
  readonly dropped: number;
}

/** Pause after a failed write, milliseconds. */
const retryMs = 250;

export class BatchWriter<Row> {
  readonly #options: BatchWriterOptions<Row>;
  /** Rows stay here until they are written. */
  readonly #rows: Row[] = [];
  #isWriting = false;
  #written = 0;
  #failedWrites = 0;
  #failed = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatchWriterOptions<Row>) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#rows.length >= this.#options.capacity;
  }

  /** Queues a row; false, and counted as dropped, when the queue is full. */
  offer(row: Row): boolean {
    if (this.isFull) {
      this.#dropped += 1;
      return false;
    }
    this.#rows.push(row);
    this.#schedule(this.#rows.length >= this.#options.batchSize ? 0 : this.#options.delayMs);
    return true;
  }

  stats(): WriterStats {
    return {
      queued: this.#rows.length,
      capacity: this.#options.capacity,
      written: this.#written,
      failedWrites: this.#failedWrites,
      failed: this.#failed,
      dropped: this.#dropped,
    };
  }

  /** Resolves true when no row of now is queued any more, false when `limitMs` milliseconds were not enough. */
  drain(limitMs: number): Promise<boolean> {
    const settled = (): number => this.#written + this.#failed;
    const goal = settled() + this.#rows.length;
    return untilDone(
      () => settled() >= goal,
      limitMs,
      () => {
        this.#schedule(0);
      },
    );
  }

  #schedule(delayMs: number): void {
    if (this.#isWriting) return;
    if (delayMs > 0) {
      this.#timer ??= setTimeout(() => void this.#writeOn(), delayMs);
    } else {
      void this.#writeOn();
    }
  }

  /** Writes one batch after the other until less than a full one is left. */
  async #writeOn(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWriting = true;
    do {
      if (!(await this.#write(this.#options.batchSize))) await wait(retryMs);
    } while (this.#rows.length >= this.#options.batchSize);
    this.#isWriting = false;
    if (this.#rows.length > 0) this.#schedule(this.#options.delayMs);
  }

  /** Writes the first `count` rows, in halves where one of them is at fault; false where they must be written again. */
  async #write(count: number): Promise<boolean> {
    const batch = this.#rows.slice(0, count);
    try {
      await this.#options.write(batch);
      this.#written += batch.length;
    } catch (error) {
      this.#failedWrites += 1;
      this.#options.onError(error);
      if (!this.#options.isRowAtFault(error)) return false;
      if (batch.length > 1) {
        const half = Math.ceil(batch.length / 2);
        return (await this.#write(half)) && this.#write(batch.length - half);
      }
      this.#failed += 1;
    }
    this.#rows.splice(0, batch.length);
    return true;
  }
}
