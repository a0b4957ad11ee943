/** The mean of what was seen of each series since it was taken last. */
export class Levels {
  readonly #seen = new Map<string, { sum: number; count: number }>();

  add(series: string, value: number): void {
    const { sum, count } = this.#seen.get(series) ?? { sum: 0, count: 0 };
    this.#seen.set(series, { sum: sum + value, count: count + 1 });
  }

  /** `null` where nothing was seen. */
  take(series: string): number | null {
    const seen = this.#seen.get(series);
    this.#seen.delete(series);
    return seen === undefined ? null : seen.sum / seen.count;
  }
}
