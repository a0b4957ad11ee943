/** When in an arm's time its requests were slow, as one number, which is all that a gauge can carry. */
import { at } from '../statistics/element.ts';
import type { Visit } from './measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

/** An arm is cut into as many slices of equal length: 4²⁶ is 2⁵², and a number holds whole ones up to 2⁵³. */
export const SLICES = 26;
/** Of each slice: no request was slow, up to a third, up to two thirds, more. */
const LEVELS = 4;

/**
 * Packs the levels of all slices, the first one as the lowest digit to base 4.
 * @param limitMs requests that took longer are slow
 * @param lengthMs of the arm
 */
export function packSlow({ dueMs, latencyMs }: Visit, limitMs: Milliseconds, lengthMs: Milliseconds): number {
  const all = new Float64Array(SLICES);
  const slow = new Float64Array(SLICES);
  for (let i = 0; i < latencyMs.length; i += 1) {
    const slice = Math.min(SLICES - 1, Math.floor((at(dueMs, i) / lengthMs) * SLICES));
    all[slice] = (all[slice] ?? 0) + 1;
    if (at(latencyMs, i) > limitMs) slow[slice] = (slow[slice] ?? 0) + 1;
  }
  return slow.reduceRight((packed, count, i) => packed * LEVELS + levelOf(count, at(all, i)), 0);
}

function levelOf(slow: number, all: number): number {
  return slow === 0 ? 0 : Math.ceil((slow / all) * (LEVELS - 1));
}

/** The level of each slice, 0…3, in the order of time. */
export function unpackSlow(packed: number): number[] {
  let rest = packed;
  return Array.from({ length: SLICES }, () => {
    const level = rest % LEVELS;
    rest = Math.floor(rest / LEVELS);
    return level;
  });
}
