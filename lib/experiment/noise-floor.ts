import { sampleStandardDeviation } from 'simple-statistics';
import type { Milliseconds } from './measurement.ts';
import { ALPHA } from '../statistics/spending.ts';
import { studentQuantile } from '../statistics/student-t.ts';

/** The chance with which an overhead of the size of the noise floor is seen. */
export const POWER = 0.9;

/**
 * The smallest overhead that a plan of as many blocks can see: one that its lower one-sided 5 % bound puts above 0
 * in 9 of 10 runs, (t₀.₉₅ + t₀.₉)·s/√B with B − 1 degrees of freedom and s the standard deviation of the blocks'
 * differences of an A/A run.
 * @param differences treatment − baseline of each block of an A/A run, in ms
 * @param blocks B of the plan in question; by default that of the A/A run
 * @returns null with fewer than 2 differences
 */
export function noiseFloor(
  differences: readonly Milliseconds[],
  blocks = differences.length,
): Milliseconds | null {
  if (differences.length < 2 || blocks < 2) return null;
  return detectable(sampleStandardDeviation([...differences]), blocks, ALPHA);
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
