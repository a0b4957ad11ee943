// Shared state that must be quick: policies and rate-limit counters, in Redis or in this process.
import { Redis } from 'ioredis';
import { LruMap } from 'toad-cache';
import type { ErrorLog } from '../errors.ts';

export interface Cache {
  readonly kind: 'redis' | 'in process';
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlS: number): Promise<void>;
  /** Adds 1 to a counter that expires `ttlS` seconds after its first use; returns the new count. */
  increment(key: string, ttlS: number): Promise<number>;
  close(): Promise<void>;
}

const prefix = 'workflow-target:';

/** In this process: as quick as can be, gone with it, shared with nobody. */
export function processCache(): Cache {
  const values = new LruMap<{ readonly value: string; readonly expiresMs: number }>(10_000);
  const alive = (key: string) => {
    const entry = values.get(key);
    return entry !== undefined && entry.expiresMs > Date.now() ? entry : undefined;
  };
  const endOf = (ttlS: number): number => Date.now() + ttlS * 1_000;
  return {
    kind: 'in process',
    get: (key) => Promise.resolve(alive(key)?.value),
    set: (key, value, ttlS) => {
      values.set(key, { value, expiresMs: endOf(ttlS) });
      return Promise.resolve();
    },
    increment: (key, ttlS) => {
      const { value, expiresMs } = alive(key) ?? { value: '0', expiresMs: endOf(ttlS) };
      const count = Number(value) + 1;
      values.set(key, { value: String(count), expiresMs });
      return Promise.resolve(count);
    },
    close: () => Promise.resolve(),
  };
}

/** In Redis. A server that goes away is an error in the log, never a failed request: see `withFallback`. */
export async function redisCache(url: string, errors: ErrorLog): Promise<Cache> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, enableOfflineQueue: false });
  redis.on('error', (error) => {
    errors.record('redis', error);
  });
  await redis.connect();
  return {
    kind: 'redis',
    get: async (key) => (await redis.get(prefix + key)) ?? undefined,
    set: async (key, value, ttlS) => {
      await redis.set(prefix + key, value, 'EX', ttlS);
    },
    increment: async (key, ttlS) => {
      const count = await redis.incr(prefix + key);
      if (count === 1) await redis.expire(prefix + key, ttlS);
      return count;
    },
    close: async () => {
      await redis.quit();
    },
  };
}

/** Answers from `fallback` while `cache` cannot: a lost cache makes the target slower, not wrong. */
export function withFallback(cache: Cache, fallback: Cache, errors: ErrorLog): Cache {
  const attempt = async <T>(ask: (from: Cache) => Promise<T>): Promise<T> => {
    try {
      return await ask(cache);
    } catch (error) {
      errors.record('redis', error);
      return ask(fallback);
    }
  };
  return {
    kind: cache.kind,
    get: (key) => attempt((from) => from.get(key)),
    set: (key, value, ttlS) => attempt((from) => from.set(key, value, ttlS)),
    increment: (key, ttlS) => attempt((from) => from.increment(key, ttlS)),
    close: () => cache.close(),
  };
}
