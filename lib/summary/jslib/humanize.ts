import type { SummaryMetric } from './summary-data.ts';

/** Shown for a value that is missing or not a finite number. */
const NO_VALUE = 'n/a';

/**
 * Writes a metric's value as a person reads it.
 *
 * @param value milliseconds for `contains: 'time'`, bytes for `'data'`, a share of 1 for rates
 * @param metric its `type` and `contains` choose the notation; a rate is a percentage whatever it contains
 * @param timeUnit `s`, `ms` or `us` write every time in that unit; anything else lets the value choose
 * @returns for example `84.03%`, `1.5 kB`, `12.34ms`, `1m9s`, `0.25`; `n/a` for a value that is missing,
 *   null or not finite. Percentages and times of no given unit are cut, never rounded up.
 */
export function humanizeValue(
  value: number | null | undefined,
  metric: Pick<SummaryMetric, 'type' | 'contains'>,
  timeUnit?: string | null,
): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return NO_VALUE;
  if (metric.type === 'rate') return `${(Math.trunc(value * 100 * 100) / 100).toFixed(2)}%`;
  if (metric.contains === 'data') return humanizeBytes(value);
  if (metric.contains === 'time') return humanizeDuration(value, timeUnit);
  return String(Number(value.toFixed(6)));
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];

/** Decimal units (1 kB = 1000 B): one decimal below 10, none above; fewer than ten bytes as they are. */
function humanizeBytes(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  let scaled = bytes;
  let power = 0;
  while (scaled >= 1000 && power < BYTE_UNITS.length - 1) {
    scaled /= 1000;
    power += 1;
  }
  const rounded = Math.floor(scaled * 10 + 0.5) / 10;
  return `${rounded.toFixed(rounded < 10 ? 1 : 0)} ${BYTE_UNITS[power] ?? ''}`;
}

function humanizeDuration(milliseconds: number, unit: string | null | undefined): string {
  switch (unit) {
    case 's':
      // Multiplied, because dividing gives other last digits than the original's: 802425 ms is 802.43s.
      return `${(milliseconds * 0.001).toFixed(2)}s`;
    case 'ms':
      return `${milliseconds.toFixed(2)}ms`;
    case 'us':
      return `${(milliseconds * 1000).toFixed(2)}µs`;
    default:
      return durationInItsOwnUnit(milliseconds);
  }
}

const MINUTE_MS = 60_000;

/** The largest unit that leaves at least 1, two decimals at most; minutes and hours in whole seconds. */
function durationInItsOwnUnit(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  if (milliseconds < 0.001) return `${Math.trunc(milliseconds * 1_000_000)}ns`;
  if (milliseconds < 1) return `${cutToHundredths(milliseconds * 1000)}µs`;
  if (milliseconds < 1000) return `${cutToHundredths(milliseconds)}ms`;
  if (milliseconds < MINUTE_MS) return `${cutToHundredths(milliseconds / 1000)}s`;

  const seconds = Math.trunc(milliseconds / 1000);
  const minutes = Math.trunc(seconds / 60);
  const rest = `${minutes % 60}m${seconds % 60}s`;
  return minutes < 60 ? rest : `${Math.trunc(minutes / 60)}h${rest}`;
}

function cutToHundredths(value: number): number {
  return Math.trunc(value * 100) / 100;
}
