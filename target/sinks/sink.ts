// One vendor's endpoint: what it counts and how it behaves.

export type Behaviour = 'ok' | 'slow' | 'error' | 'down';

export interface SinkStats {
  readonly behaviour: Behaviour;
  readonly delayMs: number;
  /** Requests that were answered 200. */
  readonly requests: number;
  /** Spans or events in them. */
  readonly accepted: number;
  /** Most in one request. */
  readonly largestBatch: number;
  /** Requests that were answered 500, not answered at all, or given up by the client. */
  readonly refused: number;
  readonly unauthorized: number;
}

/** Executions that are remembered. */
const remembered = 100_000;

export class Sink {
  behaviour: Behaviour = 'ok';
  /** Delay of an answer while slow, milliseconds. */
  delayMs = 0;
  #requests = 0;
  #accepted = 0;
  #largestBatch = 0;
  #refused = 0;
  #unauthorized = 0;
  readonly #executions = new Set<string>();

  accept(count: number, executionIds: readonly string[]): void {
    this.#requests += 1;
    this.#accepted += count;
    this.#largestBatch = Math.max(this.#largestBatch, count);
    for (const id of executionIds) if (this.#executions.size < remembered) this.#executions.add(id);
  }

  refuse(): void {
    this.#refused += 1;
  }

  refuseUnauthorized(): void {
    this.#unauthorized += 1;
  }

  stats(): SinkStats {
    return {
      behaviour: this.behaviour,
      delayMs: this.delayMs,
      requests: this.#requests,
      accepted: this.#accepted,
      largestBatch: this.#largestBatch,
      refused: this.#refused,
      unauthorized: this.#unauthorized,
    };
  }

  /** Ids of the executions that arrived, the first 100,000 of them. */
  executions(): readonly string[] {
    return [...this.#executions];
  }

  /** Forgets all counts; the behaviour stays. */
  reset(): void {
    this.#requests = this.#accepted = this.#largestBatch = this.#refused = this.#unauthorized = 0;
    this.#executions.clear();
  }
}
