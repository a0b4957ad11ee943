// Known delays, CPU work and faults, put into requests on purpose: the truth that a measurement is held against.
import { flagNames, type FlagName } from '../flags.ts';

export type InjectionKey = 'base' | FlagName | `${FlagName}+${FlagName}`;

const features = flagNames.filter((name) => name !== 'ENABLE_OBSERVABILITY');
/** What two flags do to a request only together. */
const pairs = features.flatMap((one, index) =>
  features.slice(index + 1).map((other): InjectionKey => `${one}+${other}`),
);

/** `base` is always active; flags' names only in requests where these flags and ENABLE_OBSERVABILITY are on. */
export const injectionKeys: readonly InjectionKey[] = ['base', ...flagNames, ...pairs];

/** The flags that must be on for a key besides ENABLE_OBSERVABILITY; none for `base`. */
export function flagsOf(key: InjectionKey): readonly FlagName[] {
  return flagNames.filter((name) => key.split('+').includes(name));
}

/** A seeded distribution of waits, milliseconds. */
export type Distribution =
  | { readonly kind: 'exponential'; readonly meanMs: number; readonly seed: number }
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly sdMs: number; readonly seed: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number; readonly seed: number };

/** What a number of an effect may be: at least 0, at most this, and this where it is left out. */
const numbers = {
  /** Constant wait, milliseconds. */
  waitMs: { most: 600_000, default: 0 },
  /** CPU work on the event loop, milliseconds. */
  cpuMs: { most: 60_000, default: 0 },
  /** The event loop stands still without work, as for synchronous I/O, milliseconds. */
  blockMs: { most: 60_000, default: 0 },
  /** The request holds a connection of the database for as long, milliseconds. */
  databaseMs: { most: 60_000, default: 0 },
  /** Fraction of requests that are answered 500. */
  errorRate: { most: 1, default: 0 },
  /** Bytes that each request leaves behind until the injection is replaced. */
  leakBytes: { most: 100_000_000, default: 0 },
  /** Entries that each request adds to a queue which nobody empties. */
  queueGrowth: { most: 1_000, default: 0 },
  /** Entries that each request adds to a cache in which nothing expires. */
  cacheGrowth: { most: 1_000, default: 0 },
  /** Fraction of the requests that this effect hits. */
  share: { most: 1, default: 1 },
};
type Numbers = Record<keyof typeof numbers, number>;

export type Effect = Readonly<Numbers> & { readonly distribution: Distribution | undefined };

export type Injection = Readonly<Partial<Record<InjectionKey, Effect>>>;

// In the order in which docs/target.md and messages name them.
const [first = '', ...others] = Object.keys(numbers);
const effectFields = [first, 'distribution', ...others];

/** Reads an injection from untrusted JSON; throws an Error of one line that names the field. */
export function parseInjection(input: unknown): Injection {
  const entries = Object.entries(object(input, 'injection'));
  return Object.fromEntries(
    entries.map(([key, effect]) => {
      if (!(injectionKeys as readonly string[]).includes(key))
        throw new Error(
          `${key}: no such key; there are base, ${flagNames.join(', ')}, and two of the flags in this order, as in ${pairs[0] ?? ''}`,
        );
      return [key, parseEffect(object(effect, key), key)];
    }),
  );
}

function parseEffect(input: Readonly<Record<string, unknown>>, path: string): Effect {
  const unknown = Object.keys(input).find((field) => !effectFields.includes(field));
  if (unknown !== undefined)
    throw new Error(`${path}.${unknown}: no such field; there are ${effectFields.join(', ')}`);
  const read = Object.entries(numbers).map(([field, { most, default: none }]) => [
    field,
    number(input, field, path, 0, most, none),
  ]);
  return {
    ...(Object.fromEntries(read) as Numbers),
    distribution: input.distribution === undefined ? undefined : parseDistribution(input.distribution, path),
  };
}

function parseDistribution(value: unknown, parent: string): Distribution {
  const path = `${parent}.distribution`;
  const input = object(value, path);
  const seed = number(input, 'seed', path, 0, 2 ** 31 - 1, 1);
  switch (input.kind) {
    case 'exponential':
      return { kind: 'exponential', meanMs: number(input, 'meanMs', path, 0, 60_000), seed };
    case 'lognormal':
      return {
        kind: 'lognormal',
        meanMs: number(input, 'meanMs', path, 0.001, 60_000),
        sdMs: number(input, 'sdMs', path, 0, 60_000),
        seed,
      };
    case 'uniform': {
      const minMs = number(input, 'minMs', path, 0, 60_000);
      return { kind: 'uniform', minMs, maxMs: number(input, 'maxMs', path, minMs, 60_000), seed };
    }
    default:
      throw new Error(
        `${path}.kind: ${JSON.stringify(input.kind)} is none of exponential, lognormal, uniform`,
      );
  }
}

function object(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${path}: must be an object`);
  return { ...value };
}

function number(
  input: Readonly<Record<string, unknown>>,
  field: string,
  path: string,
  min: number,
  max: number,
  fallback?: number,
): number {
  const value = input[field] ?? fallback;
  if (typeof value !== 'number' || !(value >= min && value <= max))
    throw new Error(
      `${path}.${field}: ${value === undefined ? 'nothing' : JSON.stringify(value)} must be a number from ${min} to ${max}`,
    );
  return value;
}
