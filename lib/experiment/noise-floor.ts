import type { Milliseconds } from '../../thresholds/types.ts';
import type { Bounds } from '../statistics/contrast.ts';
import { ALPHA } from '../statistics/spending.ts';
import { studentQuantile } from '../statistics/student-t.ts';

/** The chance with which an overhead of the size of the noise floor is seen. */
export const POWER = 0.9;

/**
 * The smallest overhead that a plan like that of an A/A run can see: one that its lower one-sided 5 % bound puts above 0
 * in 9 of 10 runs. The bounds of the A/A run lie t₀.₉₅ standard errors from its number; as far again as t₀.₉ for the power.
 * @param bounds one-sided 5 % bounds of an A/A run
 * @param blocks that it measured, at least 2
 */
export function noiseFloor({ lower, upper }: Bounds, blocks: number): Milliseconds {
  const quantile = (tail: number) => studentQuantile(tail, blocks - 1);
  return ((upper - lower) / 2) * (1 + quantile(1 - POWER) / quantile(ALPHA));
}

/**
 * The true difference from a limit that B blocks tell from it with power 0.9.
 * @param spread standard deviation of a block's difference, in ms
 * @param tail one-sided tail probability of the bound
 */
export function detectable(spread: Milliseconds, blocks: number, tail: number): Milliseconds {
  const quantiles = studentQuantile(tail, blocks - 1) + studentQuantile(1 - POWER, blocks - 1);
  return (quantiles * spread) / Math.sqrt(blocks);
}

/**
 * The largest share of blocks that may stall unseen when none of those measured did: 3/B with 95 % confidence (the
 * rule of three: (1 − 3/B)^B ≈ 0.05).
 * @returns 0…1
 */
export function unseenStallShare(measured: number): number {
  return measured <= 3 ? 1 : 3 / measured;
}
