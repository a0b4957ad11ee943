/** The errors that a target lists: JSON of any shape that holds a list of them. */
import { jsonOf } from '../format/json.ts';

export interface ErrorCount {
  message: string;
  count: number;
}

/** What a target says about its errors. */
export interface TargetErrors {
  total: number;
  errors: ErrorCount[];
}

const MESSAGE = ['message', 'error', 'msg', 'text', 'description', 'name'];
const COUNT = ['count', 'occurrences', 'times', 'total'];
/** Where errors stand, when an answer holds lists of other things too. */
const ERRORS = /err|fail|exception|fault/i;
const DEEPEST = 12;
const LONGEST = 300;
const MOST_ERRORS = 5_000;

/**
 * The errors of an answer: texts, objects with a message, or numbers by message, in lists anywhere in it; where some lists
 * are named as those of errors, in these alone. The total is the answer's own where it has one, because a list may hold the
 * latest only.
 * @returns `null` where the answer is no JSON
 */
export function readErrors(text: string): TargetErrors | null {
  const json = jsonOf(text);
  if (json === undefined) return null;
  const named = errorsIn(json, false);
  const errors = merged(named.length > 0 ? named : errorsIn(json, true));
  const own = isRecord(json) ? numberAt(json, ['total', 'count', 'errorCount']) : null;
  return { total: own ?? errors.reduce((sum, { count }) => sum + count, 0), errors };
}

/** @param anywhere whether a list is one of errors, whatever its name */
function errorsIn(json: unknown, anywhere: boolean): ErrorCount[] {
  const errors: ErrorCount[] = [];
  const visit = (value: unknown, named: boolean, depth: number): void => {
    if (depth > DEEPEST || errors.length >= MOST_ERRORS) return;
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) {
        const error = named || anywhere ? errorOf(item) : null;
        if (error === null) visit(item, named, depth + 1);
        else errors.push(error);
      }
    } else if (isRecord(value)) {
      // The numbers of an object with a message, such as its code, are none of messages.
      const counts = named && messageOf(value) === undefined;
      for (const [key, inner] of Object.entries(value)) {
        const counted = counts && !COUNT.includes(key) ? countOf(inner) : null;
        if (counted === null) visit(inner, named || ERRORS.test(key), depth + 1);
        else errors.push({ message: key.slice(0, LONGEST), count: counted });
      }
    }
  };
  visit(json, false, 0);
  return errors;
}

/** The number of a message that is a key: `{ "timeout": 5 }`, `{ "timeout": { "count": 5 } }`. */
function countOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return isRecord(value) && messageOf(value) === undefined ? numberAt(value, COUNT) : null;
}

/** What several lists say of one error is one error. */
function merged(errors: readonly ErrorCount[]): ErrorCount[] {
  const counts = new Map<string, number>();
  for (const { message, count } of errors) counts.set(message, (counts.get(message) ?? 0) + count);
  return [...counts].map(([message, count]) => ({ message, count }));
}

/** How often each message was there before a run, by the hash of the message: small enough for every user to hold. */
export type ErrorsBefore = Record<string, number>;

export function errorsBefore(errors: readonly ErrorCount[]): ErrorsBefore {
  return Object.fromEntries(errors.map(({ message, count }) => [hash(message), count]));
}

/** Errors that came after `before`; those with the highest counts first. */
export function newErrors(before: ErrorsBefore, after: readonly ErrorCount[]): ErrorCount[] {
  return after
    .map(({ message, count }) => ({ message, count: count - (before[hash(message)] ?? 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

/** FNV-1a, 32 bits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(36);
}

function errorOf(item: unknown): ErrorCount | null {
  if (typeof item === 'string') return { message: item.slice(0, LONGEST), count: 1 };
  const message = isRecord(item) ? messageOf(item) : undefined;
  if (message === undefined || !isRecord(item)) return null;
  const source = typeof item.source === 'string' ? `${item.source}: ` : '';
  return { message: `${source}${message}`.slice(0, LONGEST), count: numberAt(item, COUNT) ?? 1 };
}

/** An object that holds lists of its own is no error, though it may have a name. */
function messageOf(item: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.values(item).some(Array.isArray)) return undefined;
  const texts = MESSAGE.map((key) => item[key]).map((value) => (isRecord(value) ? value.message : value));
  return texts.find((text) => typeof text === 'string');
}

/** Databases count in 64 bits, which many drivers give as text. */
function numberAt(record: Readonly<Record<string, unknown>>, keys: readonly string[]): number | null {
  const values = keys.map((key) => record[key]);
  const count = values.find((value) => typeof value === 'number' || isDigits(value));
  return count === undefined ? null : Number(count);
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d+$/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
