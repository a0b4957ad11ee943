import { setMaxListeners } from 'node:events';
import { onSignal } from '../process/signals.ts';

/** The user wants the command to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Watches for Ctrl+C and its like, so that what was measured can be written and the target be left as it was found. */
export class Interrupts {
  #controller = new AbortController();
  readonly #release: () => void;

  constructor() {
    this.#release = onSignal(() => {
      this.#controller.abort(new Interrupted('interrupted'));
    });
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
    this.#release();
  }
}
