/** What an answer says of how long the server itself took. @see https://www.w3.org/TR/server-timing/ */
import type { Milliseconds, ServerTime } from '../../thresholds/types.ts';
import { headerOf } from './send.ts';

const UNIT_MS = { s: 1_000, ms: 1, us: 0.001 } as const;

/** Reads it of answers; `undefined` where one does not say. */
export function serverTimeReader({
  header,
  metric,
  unit = 'ms',
}: ServerTime): (headers: Readonly<Record<string, string>>) => Milliseconds | undefined {
  const pattern = metric === undefined ? NUMBER : entryOf(metric);
  return (headers) => {
    const value = headerOf({ headers }, header);
    const [, number, own] = (value === undefined ? null : pattern.exec(value)) ?? [];
    if (number === undefined) return undefined;
    const scale =
      own === undefined ? UNIT_MS[unit] : UNIT_MS[own === 'µs' ? 'us' : (own as keyof typeof UNIT_MS)];
    return Number(number) * scale;
  };
}

/** `12.3`, `12.3ms`: a unit that stands there comes before the one of the settings. */
const NUMBER = /^\s*(\d+(?:\.\d+)?)\s*(s|ms|us|µs)?\s*$/;

/**
 * The duration of one metric: `db;dur=53, total;desc="all of it";dur=61.2`. A quoted text may hold commas. Nothing looks
 * ahead: in k6 that takes two and a half times as long (4.1 µs for 1.6).
 */
function entryOf(metric: string): RegExp {
  const name = metric.replace(/[^\w]/g, '\\$&');
  const part = `(?:[^",]|"[^"]*")*`;
  return new RegExp(`^(?:${part},)*?\\s*${name}\\s*;${part}?\\bdur\\s*=\\s*"?(\\d+(?:\\.\\d+)?)`);
}
