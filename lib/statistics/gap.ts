/**
 * Where just about 5 % of the requests stall, P95 lies in a gap of the distribution: next to no latency is there, and
 * P95 jumps from one side to the other from sample to sample. The blocks do not show how far; the ranks do.
 */
import { at } from './element.ts';
import type { Deviations } from './hall.ts';
import type { ArmMeasurement, Milliseconds } from '../experiment/measurement.ts';
import { normalQuantile } from './normal.ts';

/** The levels at which an arm's `tail` stands: 0.900, 0.901, … 1. k6's summary holds them too. */
export const TAIL_LEVELS: readonly number[] = Array.from({ length: 101 }, (_, i) => (900 + i) / 1_000);
const P95 = 50;

/** One step of a level of 0.001 that makes so much of the rise between the ranks is a gap (simulated: `bars.ts`). */
const JUMP = 0.3;

/** The tail of a distribution of which any quantile can be had. */
export function tailOf(quantile: (p: number) => Milliseconds): Milliseconds[] {
  return TAIL_LEVELS.map(quantile);
}

/** An arm and its weight in a contrast. */
export interface Weighted {
  readonly arm: ArmMeasurement;
  readonly weight: number;
}

/**
 * How far a contrast of P95s may lie below and above its value where an arm's P95 lies in a gap; null where none does, or
 * no arm's tail is known. An arm's P95 lies between the order statistics at n·0.95 ± z·√(n·0.95·0.05) (David & Nagaraja,
 * Order Statistics, 7.1; requests taken as independent); the arms' deviations add up as squares (Zou & Donner 2008).
 * @param tail one-sided, 1e-15…0.5
 */
export function gapDeviations(weighted: readonly Weighted[], tail: number): Deviations | null {
  const spans = weighted.map(({ arm, weight }) => ({ span: spanOf(arm, normalQuantile(tail)), weight }));
  if (!spans.some(({ span }) => span?.isGap)) return null;
  const sides = spans.map(({ span, weight }) => {
    const [below, above] = [(span?.below ?? 0) * Math.abs(weight), (span?.above ?? 0) * Math.abs(weight)];
    return weight > 0 ? { below, above } : { below: above, above: below };
  });
  return {
    below: Math.hypot(...sides.map(({ below }) => below)),
    above: Math.hypot(...sides.map(({ above }) => above)),
  };
}

/** From where to where an arm's P95 may lie by the ranks of its requests, as distances from it. */
function spanOf(
  { tail, requests }: ArmMeasurement,
  z: number,
): (Deviations & { isGap: boolean }) | undefined {
  if (tail === undefined || requests === 0) return undefined;
  const reach = Math.ceil(1_000 * z * Math.sqrt((0.95 * 0.05) / requests));
  const [from, to] = [Math.max(0, P95 - reach), Math.min(TAIL_LEVELS.length - 1, P95 + reach)];
  const [low, middle, high] = [at(tail, from), at(tail, P95), at(tail, to)];
  let steepest = 0;
  for (let level = from; level < to; level += 1)
    steepest = Math.max(steepest, at(tail, level + 1) - at(tail, level));
  return { below: middle - low, above: high - middle, isGap: steepest > JUMP * (high - low) };
}
