/**
 * Fields of settings: what each allows, in code and in words. Files and environment variables go through the same ones.
 * The message of every issue is what would be right.
 */
import * as v from 'valibot';
import { parseDuration } from '../format/duration.ts';
import { redactedAddress } from '../format/redacted.ts';
import type { Duration, Milliseconds } from '../../thresholds/units.ts';
import { ConfigError, type Right } from './config-error.ts';
import { nearestName } from './nearest.ts';

/** What a setting may be. */
export type Field<T> = v.GenericSchema<unknown, T>;

/** What a field allows, as a type: a setting is declared once. */
export type Content<F extends Field<unknown>> = v.InferOutput<F>;

/** A field that may be missing. */
type Optional<T> = v.ExactOptionalSchema<Field<T>, undefined>;

/** One field for each property of an object; those that may be missing are `optional`. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

type OptionalName<F> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];

/** An object as its fields have it. Each property keeps what is said about it beside its field. */
type Properties<F> = { [K in keyof F]: F[K] extends Field<unknown> ? Content<F[K]> : never };
export type ContentOf<F> = Pick<Properties<F>, Exclude<keyof F, OptionalName<F>>> &
  Partial<Pick<Properties<F>, OptionalName<F>>> extends infer T
  ? { [K in keyof T]: T[K] }
  : never;

/** What a number may be: `least` and `most` are allowed, `above` is not. */
interface Range {
  least?: number;
  above?: number;
  most?: number;
  whole?: boolean;
}

export function number(right: Right, { least, above, most, whole = false }: Range): Field<number> {
  return v.pipe(
    v.number(right),
    v.finite(right),
    v.check(
      (value) =>
        value >= (least ?? -Infinity) &&
        value > (above ?? -Infinity) &&
        value <= (most ?? Infinity) &&
        (!whole || Number.isInteger(value)),
      right,
    ),
  );
}

/** A number that says its range itself: `expected seconds from 0 to 600`. */
export function within(what: string, least: number, most: number, whole = false): Field<number> {
  return number(`expected ${what} from ${least} to ${most}`, { least, most, whole });
}

/** `expected seconds above 0, at most 3600`. */
export function aboveZeroTo(what: string, most: number): Field<number> {
  return number(`expected ${what} above 0, at most ${most}`, { above: 0, most });
}

export function text(right: Right, pattern: RegExp): v.GenericSchema<string> {
  return v.pipe(v.string(right), v.regex(pattern, right));
}

export function oneOf<const T extends string>(...values: readonly T[]): Field<T> {
  return v.picklist(values, `allowed: ${values.join(', ')}`);
}

export function list<T>(right: Right, item: Field<T>): Field<T[]> {
  return v.pipe(v.array(item, right), v.minLength(1, right));
}

export function optional<T>(field: Field<T>): Optional<T> {
  return v.exactOptional(field);
}

/** Values of one kind by name. */
export function byName<T>(
  name: v.GenericSchema<string>,
  item: Field<T>,
  right: Right,
): Field<Readonly<Record<string, T>>> {
  return v.record(name, item, right);
}

/** An object with these properties and no others: a misspelt name is named with the one that is meant. */
export function object<F extends Fields>(fields: F): Field<ContentOf<F>> {
  return v.strictObject(fields, ({ expected, path }) => {
    const name = String(path?.[0].key);
    if (expected === 'never') return otherName(name, Object.keys(fields));
    const field = path === undefined ? undefined : fields[name];
    return field === undefined ? 'expected an object' : rightOf(field);
  }) as unknown as Field<ContentOf<F>>;
}

/** Some of an object's properties: what an environment changes of a profile. */
export function changesOf<F extends Fields>(fields: F): Field<Partial<ContentOf<F>>> {
  const entries = Object.entries(fields).map(([name, field]) => [
    name,
    field.type === 'exact_optional' ? field : v.exactOptional(field),
  ]);
  return object(Object.fromEntries(entries) as Fields) as Field<Partial<ContentOf<F>>>;
}

/** The field that an object's own properties decide about. */
export function either<F extends Field<unknown>>(
  choose: (value: Readonly<Record<string, unknown>>) => F,
): Field<Content<F>> {
  return v.lazy((value) => choose(typeof value === 'object' && value !== null ? { ...value } : {}));
}

function otherName(wrong: string, names: readonly string[]): Right {
  const nearest = nearestName(wrong, names);
  return nearest === undefined ? `allowed: ${names.join(', ')}` : `expected ${nearest}`;
}

/** What a field says that it allows. */
function rightOf(field: Field<unknown>): string {
  const { issues } = v.safeParse(field, undefined);
  return issues?.[0].message ?? 'expected a value';
}

/**
 * A value as its field has it.
 * @param place where it stands, such as `thresholds/local.ts`
 * @throws ConfigError one line: the place and the name in it, what is wrong, and what would be right
 */
export function checked<T>(field: Field<T>, value: unknown, place: string): T {
  const result = v.safeParse(field, value);
  if (result.success) return result.output;
  const issue = result.issues.find(isUnknownName) ?? result.issues[0];
  const path = v.getDotPath(issue);
  const setting = path === null ? place : `${place} ${path}`;
  throw new ConfigError(
    setting,
    isUnknownName(issue) ? 'unknown name' : shown(issue),
    issue.message as Right,
  );
}

/** A misspelt name is the reason for the one that is missing. */
function isUnknownName({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === 'strict_object' && expected === 'never';
}

/** A wrong value, unless it stands where a secret may have been written. */
function shown({ input, path }: v.BaseIssue<unknown>): string {
  if (input === undefined) return 'missing';
  if (typeof input === 'number' || typeof input === 'function') return String(input);
  const mayBeSecret = path?.some(({ key }) => ['headers', 'auth'].includes(String(key))) ?? false;
  if (typeof input !== 'string') return mayBeSecret ? 'not a text' : redactedAddress(JSON.stringify(input));
  return mayBeSecret ? `a text of ${input.length} characters` : `'${redactedAddress(input)}'`;
}

export const bool: Field<boolean> = v.boolean('allowed: true, false');
export const share = number('expected a share from 0 to 1, such as 0.005', { least: 0, most: 1 });
export const fromZero = number('expected 0 or more', { least: 0 });
export const aboveZero = number('expected a number above 0', { above: 0 });
export const count = within('a whole number', 1, 1e9, true);
export const limitMs = number('expected milliseconds above 0', { above: 0 });
export const timeoutMs = within('milliseconds', 1, 600_000);
export const anyText = text('expected a text', /\S/);
export const path = text('expected a path that starts with / and holds no white space', /^\/[^\s]*$/);
export const thinkTimeSeconds = within('seconds', 0, 3_600);
export const perSecond = aboveZeroTo('requests per second', 1e6);

export const duration: Field<Duration> = v.pipe(
  v.string('expected a duration such as 30s or 1m30s'),
  v.check((value) => (parseDuration(value) ?? 0) > 0, 'expected a duration such as 30s or 1m30s'),
);

/** One step of a ramp: go from where the load is to `target` users (or requests per second) within `duration`. */
export interface Stage {
  duration: Duration;
  target: number;
}

/** Steps of a load, with a target above 0 in one. */
export function stages(right: Right, target: Field<number>): Field<Stage[]> {
  return v.pipe(
    list(right, object({ duration, target })),
    v.check((steps) => steps.some((step) => step.target > 0), right),
  );
}

/**
 * k6 has no global `URL`, so an address is checked by pattern: scheme, host, port, path. Hosts of Docker Compose hold
 * underscores, and a full name may end in a dot.
 */
const HOST = String.raw`(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?|\[[0-9A-Fa-f:.]+\])`;
const PORT = String.raw`(?:[0-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])`;
const ADDRESS = String.raw`https?://${HOST}(?::${PORT})?(?:/[^\s?#]*)?`;

export const baseUrl = text(
  'expected an http:// or https:// address without user name, query or fragment',
  new RegExp(`^${ADDRESS}$`),
);
/** An address of its own, with a query where it has one. */
export const absolute = text(
  'expected an http:// or https:// address without user name or fragment',
  new RegExp(String.raw`^${ADDRESS}(?:\?[^\s#]*)?$`),
);
/** An address of its own, or a path below the base URL. */
export const addressOrPath = text(
  'expected an http:// or https:// address without user name or fragment, or a path below the base URL',
  new RegExp(String.raw`^(?:${ADDRESS}(?:\?[^\s#]*)?|/[^\s]*)$`),
);
const INSPECTOR = 'expected host and port of an inspector, such as 127.0.0.1:9229';
export const inspector = v.pipe(
  text(INSPECTOR, new RegExp(`^${HOST}:\\d{1,5}$`)),
  v.check((address) => Number(address.slice(address.lastIndexOf(':') + 1)) <= 65_535, INSPECTOR),
);

export const shape = oneOf('stages', 'iterations', 'rate');
export const mode = oneOf('toggle', 'header');
export const design = oneOf('full', 'half');
/** Which arms there are, the environment's settings say. */
export const arm = text('expected none, all, or settings joined by +', /\S/);
/** Milliseconds, or a share of the baseline's percentile such as `'5%'`. */
export type Budget = Milliseconds | `${number}%`;
const BUDGET = "expected milliseconds from 0 on, or a share of the baseline such as '5%'";
export const budgetMs = v.union(
  [number(BUDGET, { least: 0 }), text(BUDGET, /^\d{1,4}(\.\d+)?%$/)],
  BUDGET,
) as Field<Budget>;
export const payload = text(
  'allowed: mix, test, or the path of a file such as bodies.json or order.xml',
  /^(mix|test|.+\.[A-Za-z0-9]+)$/,
) as Field<'mix' | 'test' | `${string}.${string}`>;
export const leastSeconds = within('seconds', 0, 86_400);
