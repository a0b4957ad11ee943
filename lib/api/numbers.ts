/** One number of an answer: a counter, or since when a process runs. */
import type { Json, Milliseconds } from '../../thresholds/types.ts';
import { at } from './json-path.ts';
import { jsonOf } from '../format/json.ts';

/** Where it stands: a path in JSON, or a pattern whose first group it is. */
export type NumberPlace = { readonly readAt: string } | { readonly pattern: string };

/** The number; of several matches their sum, a time as ms since 1970. `null`: there is none. */
export function numberIn(body: string, place: NumberPlace): number | null {
  if ('readAt' in place) return numberOf(at(jsonOf(body), place.readAt));
  const found = [...body.matchAll(new RegExp(place.pattern, 'gm'))].map(([, text]) => numberOf(text));
  const numbers = found.filter((number) => number !== null);
  return numbers.length === 0 ? null : numbers.reduce((sum, number) => sum + number, 0);
}

function numberOf(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  const time = Number.isNaN(number) ? Date.parse(value) : number;
  return Number.isFinite(time) ? time : null;
}

/** A number from here on is a point in time, in seconds or ms since 1970; below it is how long something has been up. */
const TIME_FROM = 1e9;

/**
 * Whether a process was started anew between two looks at its uptime, or at when it started.
 * @param elapsedMs at most that much time is between the looks
 * @param unit of an uptime; without one it is in seconds, and a large number is a point in time
 */
export function hasRestarted(
  before: number,
  after: number,
  elapsedMs: Milliseconds,
  unit?: 's' | 'ms',
): boolean {
  if (unit === undefined && after >= TIME_FROM) return after !== before;
  const upForMs = (after - before) * (unit === 'ms' ? 1 : 1_000);
  // Whole seconds are rounded; a process that was not restarted is up for longer by all of the time.
  return after < before || upForMs < elapsedMs - 1_500;
}
