import { setMaxListeners } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl+C arrives several times, from the terminal and from npm; repeats within this time (ms) count as one. */
const SAME_SIGNAL_MS = 500;

/** The user wants the command to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Watches for Ctrl+C and its like, so that what was measured can be written and the target be left as it was found. */
export class Interrupts {
  #controller = new AbortController();
  #last = -Infinity;
  readonly #listener = () => {
    const now = performance.now();
    if (now - this.#last >= SAME_SIGNAL_MS) this.#controller.abort(new Interrupted('interrupted'));
    this.#last = now;
  };

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#listener);
    setMaxListeners(0, this.#controller.signal);
  }

  /** Aborted at the next interrupt. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From here on only a further interrupt counts. */
  renew(): void {
    this.#controller = new AbortController();
  }

  /** Signals end the process again, as usual. */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener);
  }
}
