// Requests of the workflow route: which are being answered, and how many were answered by status.

export class RequestCounts {
  readonly #byStatus = new Map<number, number>();
  /** Numbers of the requests that are being answered, oldest first. */
  readonly #active = new Set<number>();
  #started = 0;

  get active(): number {
    return this.#active.size;
  }

  get started(): number {
    return this.#started;
  }

  /** Returns the request's number, from 0 on. */
  start(): number {
    const number = this.#started;
    this.#active.add(number);
    this.#started += 1;
    return number;
  }

  end(number: number): void {
    this.#active.delete(number);
  }

  /** Whether each request with a number below `number` has ended. */
  allEndedBefore(number: number): boolean {
    const oldest = this.#active.values().next();
    return oldest.done === true || oldest.value >= number;
  }

  answered(status: number): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
  }

  /** `{"200": 1234, …}` */
  byStatus(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#byStatus);
  }
}
