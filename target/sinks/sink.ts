// One vendor's endpoint: what it counts and how it behaves.

export type Behaviour = 'ok' | 'slow' | 'error' | 'down';

/** Counts since the start or the latest reset. */
interface SinkCounts {
  /** Requests that were answered 200. */
  requests: number;
  /** Spans or events in them. */
  accepted: number;
  /** Most in one request. */
  largestBatch: number;
  /** Requests that were answered 500, not answered at all, or given up by the client. */
  refused: number;
  unauthorized: number;
}

export type SinkStats = Readonly<SinkCounts> & { readonly behaviour: Behaviour; readonly delayMs: number };

const none: Readonly<SinkCounts> = { requests: 0, accepted: 0, largestBatch: 0, refused: 0, unauthorized: 0 };

/** Executions that are remembered. */
const remembered = 100_000;

export class Sink {
  behaviour: Behaviour = 'ok';
  /** Delay of an answer while slow, milliseconds. */
  delayMs = 0;
  #counts: SinkCounts = { ...none };
  readonly #executions = new Set<string>();

  accept(count: number, executionIds: readonly string[]): void {
    this.#counts.requests += 1;
    this.#counts.accepted += count;
    this.#counts.largestBatch = Math.max(this.#counts.largestBatch, count);
    for (const id of executionIds) if (this.#executions.size < remembered) this.#executions.add(id);
  }

  refuse(as: 'refused' | 'unauthorized'): void {
    this.#counts[as] += 1;
  }

  stats(): SinkStats {
    return { behaviour: this.behaviour, delayMs: this.delayMs, ...this.#counts };
  }

  /** Ids of the executions that arrived, the first 100,000 of them. */
  executions(): readonly string[] {
    return [...this.#executions];
  }

  /** Forgets all counts; the behaviour stays. */
  reset(): void {
    this.#counts = { ...none };
    this.#executions.clear();
  }
}
