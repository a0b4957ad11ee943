// The flags in force for the whole system. They are held in the process, so that a switch is exact: a request that
// starts after it sees the new flags, a request that started before keeps the old ones to its end.
import type { FlagsFault } from '../settings.ts';
import type { Flags } from '../flags.ts';

export class FlagStore {
  #flags: Flags;
  readonly #fault: FlagsFault;

  constructor(flags: Flags, fault: FlagsFault) {
    this.#flags = flags;
    this.#fault = fault;
  }

  get current(): Flags {
    return this.#flags;
  }

  /** Whether answers say which flags are in force. */
  get echoes(): boolean {
    return this.#fault.kind !== 'no-echo';
  }

  /** Switches the flags that are given, or does it wrong as the fault says. */
  switch(change: Partial<Flags>): void {
    switch (this.#fault.kind) {
      case 'ignore':
        this.#flags = { ...this.#flags, ...change, [this.#fault.flag]: this.#flags[this.#fault.flag] };
        break;
      case 'delay':
        setTimeout(() => {
          this.#flags = { ...this.#flags, ...change };
        }, this.#fault.ms).unref();
        break;
      case 'none':
      case 'no-echo':
        this.#flags = { ...this.#flags, ...change };
    }
  }
}
