/** A clock that runs as fast as the machine can: it jumps to the next moment for which somebody waits. */
export class Clock {
  #now = 1_700_000_000_000;
  /** Descending, so that the next one is the last. */
  readonly #waiting: { at: number; resolve: () => void }[] = [];

  /** In ms since 1970, in whole ones as `Date.now` has it. */
  readonly now = (): number => Math.floor(this.#now);

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const at = this.#now + Math.max(0, ms);
      let i = this.#waiting.length;
      while (i > 0 && (this.#waiting[i - 1]?.at ?? Infinity) <= at) i -= 1;
      this.#waiting.splice(i, 0, { at, resolve });
    });

  /**
   * Lets time pass until the work is done.
   * @param untilMs after which it is given up, as Ctrl+C does
   * @returns what the work gave; `undefined` where it was given up
   * @throws Error where nobody waits for time to pass and the work is not done
   */
  async run<T>(work: Promise<T>, untilMs = Infinity): Promise<T | undefined> {
    const end = this.#now + untilMs;
    const progress = { isDone: false };
    const done = () => (progress.isDone = true);
    work.then(done, done);
    for (;;) {
      // All that can happen without time passing.
      await new Promise(setImmediate);
      if (progress.isDone) return work;
      const next = this.#waiting.pop();
      if (next === undefined) throw new Error('the work waits for something that never comes');
      if (next.at > end) return undefined;
      this.#now = next.at;
      next.resolve();
    }
  }
}
