// Applies an injection to requests and remembers what it did.
import { setTimeout as wait } from 'node:timers/promises';
import type { FlagName, Flags } from '../flags.ts';
import { drawFrom, seeded } from './draw.ts';
import { flagsOf, injectionKeys, type Effect, type Injection, type InjectionKey } from './injection.ts';

/**
 * Milliseconds that were really injected into one request, by key; keys without effect are absent. `cpu` is the processor
 * time that all of them took: less than asked for where others had the processor meanwhile.
 */
export type Injected = Partial<Record<InjectionKey | 'cpu', number>>;

interface ActiveEffect {
  readonly key: InjectionKey;
  readonly flags: readonly FlagName[];
  readonly effect: Effect;
  readonly hits: () => boolean;
  readonly fails: () => boolean;
  readonly drawMs: () => number;
}

/** Most that leaks may hold, bytes: a test of memory growth must not end the machine. */
const leakLimit = 2 ** 30;
/** Most entries that the growing cache may hold, for the same reason. */
const cacheLimit = 1_000_000;

export class Injector {
  #injection: Injection = {};
  #active: readonly ActiveEffect[] = [];
  #leaked: Buffer[] = [];
  #leakedBytes = 0;
  #queued = 0;
  readonly #cache = new Map<number, string>();
  readonly #holdConnection: (ms: number) => Promise<void>;

  /** @param holdConnection waits for a connection of the database, and holds it for so many milliseconds */
  constructor(holdConnection: (ms: number) => Promise<void>) {
    this.#holdConnection = holdConnection;
  }

  get injection(): Injection {
    return this.#injection;
  }

  /** Entries of the queue that `queueGrowth` fills. */
  get queued(): number {
    return this.#queued;
  }

  /** Entries of the cache that `cacheGrowth` fills. */
  get cached(): number {
    return this.#cache.size;
  }

  /** Replaces the injection; what the former one leaked is released, sequences start again from their seeds. */
  replace(injection: Injection): void {
    this.#injection = injection;
    this.#leaked = [];
    this.#leakedBytes = 0;
    this.#queued = 0;
    this.#cache.clear();
    this.#active = injectionKeys.flatMap((key, index) => {
      const effect = injection[key];
      return effect === undefined ? [] : [activate(key, effect, index)];
    });
  }

  /** Runs the effects that are active under `flags`, adding real durations to `injected`; throws an injected error. */
  async apply(flags: Flags, injected: Injected): Promise<void> {
    for (const active of this.#active) {
      const { key } = active;
      const isOn =
        key === 'base' || (flags.ENABLE_OBSERVABILITY && active.flags.every((name) => flags[name]));
      if (!isOn || !active.hits()) continue;
      injected[key] = await this.#run(active, injected);
      if (active.fails()) throw new Error(`injected error of ${key}`);
    }
  }

  /** Returns the milliseconds that the effect really took. */
  async #run({ effect, drawMs }: ActiveEffect, injected: Injected): Promise<number> {
    const start = performance.now();
    const before = process.cpuUsage();
    if (effect.leakBytes > 0 && this.#leakedBytes < leakLimit) {
      this.#leaked.push(Buffer.alloc(effect.leakBytes, 1));
      this.#leakedBytes += effect.leakBytes;
    }
    this.#queued += effect.queueGrowth;
    for (let i = 0; i < effect.cacheGrowth && this.#cache.size < cacheLimit; i += 1)
      this.#cache.set(this.#cache.size, 'an answer that never expires');
    if (effect.cpuMs > 0) burn(effect.cpuMs);
    const { user, system } = process.cpuUsage(before);
    injected.cpu = (injected.cpu ?? 0) + (user + system) / 1_000;
    if (effect.blockMs > 0) block(effect.blockMs);
    if (effect.databaseMs > 0) await this.#holdConnection(effect.databaseMs);
    // Node's timers count whole milliseconds.
    const waitMs = Math.round(effect.waitMs + drawMs());
    if (waitMs > 0) await wait(waitMs);
    return performance.now() - start;
  }
}

/** `index` keeps the random streams of different keys apart. */
function activate(key: InjectionKey, effect: Effect, index: number): ActiveEffect {
  const share = seeded(1_000 + index);
  const errors = seeded(2_000 + index);
  return {
    key,
    flags: flagsOf(key),
    effect,
    hits: () => effect.share === 1 || share() < effect.share,
    fails: () => effect.errorRate > 0 && errors() < effect.errorRate,
    drawMs: effect.distribution === undefined ? () => 0 : drawFrom(effect.distribution),
  };
}

/** Keeps the event loop busy for `ms` milliseconds. */
function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Stops the event loop for `ms` milliseconds without using the processor. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
