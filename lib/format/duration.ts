import type { Duration, Milliseconds } from '../../thresholds/units.ts';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration as k6 writes it (`1m30s`, `500ms`, `1.5s`), or `null` where it is none.
 * @see https://grafana.com/docs/k6/latest/using-k6/k6-options/reference/#duration
 */
export function parseDuration(text: Duration): Milliseconds | null {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (UNITS_MS[unit ?? ''] ?? 0);
  }
  return total;
}

/** The shortest k6 duration of a number of milliseconds: 90000 → `1m30s`. */
export function formatDuration(ms: Milliseconds): Duration {
  const rounded = Math.round(ms);
  const parts = [
    [Math.floor(rounded / 3_600_000), 'h'],
    [Math.floor(rounded / 60_000) % 60, 'm'],
    [Math.floor(rounded / 1_000) % 60, 's'],
    [rounded % 1_000, 'ms'],
  ] as const;
  return (
    parts
      .filter(([amount]) => amount > 0)
      .map(([amount, unit]) => `${amount}${unit}`)
      .join('') || '0s'
  );
}
