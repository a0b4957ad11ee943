/** The errors that a target lists: JSON of any shape that holds a list of them. */
import { parseJson } from './answer.ts';

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
const LISTS_DEEP = 3;
const LONGEST = 300;

/**
 * The errors of an answer: the first list of texts, or of objects with a message. The total is the answer's own where it
 * has one, because a list may hold the latest only.
 * @returns `null` where the answer is no JSON
 */
export function readErrors(text: string): TargetErrors | null {
  const json = parseJson(text);
  if (json === undefined) return null;
  const errors = (listIn(json, 0) ?? []).flatMap(errorOf);
  const own = isRecord(json) ? numberAt(json, ['total', 'count', 'errorCount']) : null;
  return { total: own ?? errors.reduce((sum, { count }) => sum + count, 0), errors };
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

function listIn(value: unknown, depth: number): unknown[] | null {
  if (Array.isArray(value)) return value as unknown[];
  if (!isRecord(value) || depth >= LISTS_DEEP) return null;
  for (const inner of Object.values(value)) {
    const list = listIn(inner, depth + 1);
    if (list !== null) return list;
  }
  return null;
}

function errorOf(item: unknown): ErrorCount[] {
  if (typeof item === 'string') return [{ message: item.slice(0, LONGEST), count: 1 }];
  if (!isRecord(item)) return [];
  const message = MESSAGE.map((key) => item[key]).find((value) => typeof value === 'string');
  if (message === undefined) return [];
  const source = typeof item.source === 'string' ? `${item.source}: ` : '';
  return [{ message: `${source}${message}`.slice(0, LONGEST), count: numberAt(item, COUNT) ?? 1 }];
}

function numberAt(record: Readonly<Record<string, unknown>>, keys: readonly string[]): number | null {
  const value = keys.map((key) => record[key]).find((found) => typeof found === 'number');
  return value ?? null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
