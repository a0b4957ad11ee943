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

export interface Effect {
  /** Constant wait, milliseconds. */
  readonly waitMs: number;
  readonly distribution: Distribution | undefined;
  /** CPU work on the event loop, milliseconds. */
  readonly cpuMs: number;
  /** The event loop stands still without work, as for synchronous I/O, milliseconds. */
  readonly blockMs: number;
  /** The request holds a connection of the database for as long, milliseconds. */
  readonly databaseMs: number;
  /** Fraction of requests that are answered 500. */
  readonly errorRate: number;
  /** Bytes that each request leaves behind until the injection is replaced. */
  readonly leakBytes: number;
  /** Entries that each request adds to a queue which nobody empties. */
  readonly queueGrowth: number;
  /** Entries that each request adds to a cache in which nothing expires. */
  readonly cacheGrowth: number;
  /** Fraction of the requests that this effect hits. */
  readonly share: number;
}

export type Injection = Readonly<Partial<Record<InjectionKey, Effect>>>;

const effectFields = [
  'waitMs',
  'distribution',
  'cpuMs',
  'blockMs',
  'databaseMs',
  'errorRate',
  'leakBytes',
  'queueGrowth',
  'cacheGrowth',
  'share',
];

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
  return {
    waitMs: number(input, 'waitMs', path, 0, 600_000, 0),
    distribution: input.distribution === undefined ? undefined : parseDistribution(input.distribution, path),
    cpuMs: number(input, 'cpuMs', path, 0, 60_000, 0),
    blockMs: number(input, 'blockMs', path, 0, 60_000, 0),
    databaseMs: number(input, 'databaseMs', path, 0, 60_000, 0),
    errorRate: number(input, 'errorRate', path, 0, 1, 0),
    leakBytes: number(input, 'leakBytes', path, 0, 100_000_000, 0),
    queueGrowth: number(input, 'queueGrowth', path, 0, 1_000, 0),
    cacheGrowth: number(input, 'cacheGrowth', path, 0, 1_000, 0),
    share: number(input, 'share', path, 0, 1, 1),
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
    case 'uniform':
      return {
        kind: 'uniform',
        minMs: number(input, 'minMs', path, 0, 60_000),
        maxMs: number(input, 'maxMs', path, 0, 60_000),
        seed,
      };
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
