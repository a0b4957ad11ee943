// Recent errors with counts, for GET /api/v1/observability/errors.

interface ErrorSummary {
  readonly source: string;
  readonly message: string;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** Distinct errors that are remembered; the one seen longest ago makes room. */
const capacity = 100;

export class ErrorLog {
  readonly #errors = new Map<string, ErrorSummary>();
  #total = 0;

  /** Counts an error of `source` (an exporter, the database, a request …). Never throws. */
  record(source: string, error: unknown): void {
    const message = oneLine(error);
    const key = `${source}: ${message}`;
    const now = new Date().toISOString();
    const known = this.#errors.get(key);
    // Deleting first keeps the map in the order of last sight.
    this.#errors.delete(key);
    this.#errors.set(key, {
      source,
      message,
      count: (known?.count ?? 0) + 1,
      firstSeen: known?.firstSeen ?? now,
      lastSeen: now,
    });
    this.#total += 1;
    if (this.#errors.size > capacity) {
      const oldest = this.#errors.keys().next();
      if (oldest.done !== true) this.#errors.delete(oldest.value);
    }
  }

  /** All errors since the start, and the distinct ones, latest first. */
  summary(): { readonly total: number; readonly errors: readonly ErrorSummary[] } {
    return { total: this.#total, errors: [...this.#errors.values()].reverse() };
  }
}

/** An error's message on one line of at most 300 characters. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message || messageOfParts(error) : String(error);
  return message.replace(/\s+/g, ' ').slice(0, 300);
}

/** A refused connection is an AggregateError without a message: its parts have them. */
function messageOfParts(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(String).join('; ') : error.name;
}
