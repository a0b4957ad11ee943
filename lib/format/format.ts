/** Numbers and tables for people. k6's runtime has no `Intl`. */
import { formatDuration } from './duration.ts';
import type { Milliseconds, Share } from '../../thresholds/units.ts';

/** `123.4 ms`; below 10 ms two decimals. */
export function humanMs(ms: Milliseconds): string {
  return `${ms.toFixed(Math.abs(ms) < 10 ? 2 : 1)} ms`;
}

/** `1.20 ms to 3.40 ms`. */
export function humanRange(lower: number, upper: number, human = humanMs): string {
  return `${human(lower)} to ${human(upper)}`;
}

/** With its sign: `+1.20 ms`. */
export function signed(value: number, human = humanMs): string {
  return `${value > 0 ? '+' : ''}${human(value)}`;
}

/** `1.23 ms`, `456 µs`. */
export function humanUs(us: number): string {
  return Math.abs(us) >= 1_000 ? humanMs(us / 1_000) : `${humanNumber(Number(us.toFixed(1)))} µs`;
}

/** Three or four significant digits, large numbers with a prefix. */
export function humanNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  if (size >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  if (Number.isInteger(value)) return String(value);
  return size >= 100 ? value.toFixed(1) : value.toPrecision(3);
}

/** `0.42 %`. */
export function humanShare(share: Share): string {
  return `${(share * 100).toFixed(2)} %`;
}

/** `1m45s`, to the second above one. */
export function humanDuration(ms: Milliseconds): string {
  return formatDuration(ms >= 1_000 ? Math.round(ms / 1_000) * 1_000 : ms);
}

/**
 * Rows as lines, columns aligned, none wider than it needs to be.
 * @param numbersFrom columns from this one on stand to the right
 */
export function table(rows: readonly (readonly string[])[], numbersFrom = Infinity): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        if (i >= numbersFrom) return cell.padStart(widths[i] ?? 0);
        return i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
}
