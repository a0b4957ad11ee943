import { sampleStandardDeviation } from 'simple-statistics';
import { at } from '../statistics/element.ts';
import { gapDeviations, type Weighted } from '../statistics/gap.ts';
import { widerDeviations } from '../statistics/hall.ts';
import { armNamed, type ArmMeasurement, type Milliseconds } from './measurement.ts';

/** A linear contrast: the weight of each arm by its name. The weights sum to 0; arms left out weigh 0. */
export type Contrast = Readonly<Record<string, number>>;

/** Two ends of an interval, or two one-sided bounds. */
export interface Bounds {
  readonly lower: Milliseconds;
  readonly upper: Milliseconds;
}

/** A contrast of P95s with its uncertainty. */
export interface Estimate {
  /** The contrast of the arms' P95s over all blocks together. */
  readonly value: Milliseconds;
  /** The contrast in each block; null where an arm of it was not measured. */
  readonly blocks: readonly (Milliseconds | null)[];
  /** The arms of the contrast. */
  readonly weighted: readonly Weighted[];
  /** How many blocks were measured. */
  readonly measured: number;
  /** sd of the blocks' contrasts / √measured; null with fewer than two blocks. */
  readonly standardError: Milliseconds | null;
  /** The 95 % interval; null with fewer than two blocks: one pair says nothing about its own error. */
  readonly interval: Bounds | null;
}

/** One-sided tail on each side of the interval that is displayed. */
const DISPLAY_TAIL = 0.025;

/** Treatment − baseline. */
export function overheadContrast(baseline: string, treatment: string): Contrast {
  return { [baseline]: -1, [treatment]: 1 };
}

/**
 * Estimates a contrast of P95s. The number is the contrast of the P95s of all requests: the mean of the blocks'
 * contrasts is biased where P95 falls into a thin part of the distribution. Its error is how far the blocks
 * disagree: an interval from inside the runs covers the truth far too seldom.
 * @param arms every arm with the same number of blocks
 * @throws RangeError if an arm is missing, the weights do not sum to 0, the numbers of blocks differ, or a P95 that
 * counts is not a finite number
 */
export function estimate(arms: readonly ArmMeasurement[], contrast: Contrast): Estimate {
  const weighted = weigh(arms, contrast);
  const value = sumOf(
    weighted.map(({ arm, weight }) => weight * finite(arm.p95, `P95 of arm "${arm.name}"`)),
  );
  const blocks = blockContrasts(weighted);
  const differences = measuredOnly(blocks);
  const { length } = differences;
  const standardError = length < 2 ? null : sampleStandardDeviation(differences) / Math.sqrt(length);
  const number = { value, blocks, weighted, measured: length, standardError };
  return { ...number, interval: boundsOf(number, DISPLAY_TAIL) };
}

/**
 * The one-sided bounds of an estimate: the truth lies below `lower` with at most probability `tail`, and above
 * `upper` likewise. They are the deviations of the mean of the blocks' contrasts, on each side the wider of
 * Student's t and Hall's skewness transformation, shifted to the estimate's value; where P95 lies in a gap of the
 * distribution, at least as far as the gap reaches.
 * @param tail one-sided, 1e-15…0.5
 * @returns null with fewer than two measured blocks
 */
export function boundsOf(
  { value, blocks, weighted }: Pick<Estimate, 'value' | 'blocks' | 'weighted'>,
  tail: number,
): Bounds | null {
  const differences = measuredOnly(blocks);
  if (differences.length < 2) return null;
  const { below, above } = widerDeviations(differences, tail);
  const gap = gapDeviations(weighted, tail) ?? { below: 0, above: 0 };
  return { lower: value - Math.max(below, gap.below), upper: value + Math.max(above, gap.above) };
}

/** The contrasts of the blocks that were measured. */
export function measuredOnly(blocks: Estimate['blocks']): Milliseconds[] {
  return blocks.filter((block) => block !== null);
}

/**
 * Whether P95 of an arm falls into a gap of the distribution, as stalls of about 5 % of the requests make one: the number
 * may jump across it from run to run, and its interval spans it.
 */
export function isInGap(weighted: readonly Weighted[]): boolean {
  return gapDeviations(weighted, DISPLAY_TAIL) !== null;
}

/**
 * The arms of a contrast with their weights.
 * @throws RangeError if an arm is missing, the weights do not sum to 0, or the numbers of blocks differ
 */
export function weigh(arms: readonly ArmMeasurement[], contrast: Contrast): Weighted[] {
  const entries = Object.entries(contrast).filter(([, weight]) => weight !== 0);
  if (entries.length === 0)
    throw new RangeError('a contrast without weights: give at least two arms a weight');
  const sum = sumOf(entries.map(([, weight]) => weight));
  // 16 weights like 1/24 sum to 0 but for rounding.
  if (!(Math.abs(sum) < 1e-9))
    throw new RangeError(`the weights of a contrast sum to ${sum}: they must sum to 0`);
  const weighted = entries.map(([name, weight]) => ({ arm: armNamed(arms, name), weight }));
  const counts = [...new Set(weighted.map(({ arm }) => arm.blocks.length))];
  if (counts.length > 1) throw new RangeError(`arms with ${counts.join(' and ')} blocks: all need as many`);
  return weighted;
}

function blockContrasts(weighted: readonly Weighted[]): (Milliseconds | null)[] {
  const [first] = weighted;
  return (first?.arm.blocks ?? []).map((_, b) => {
    const terms = weighted.map(({ arm, weight }) => {
      const block = arm.blocks[b];
      return block ? weight * finite(block.p95, `P95 of arm "${arm.name}" in block ${b + 1}`) : null;
    });
    return terms.some((term) => term === null) ? null : sumOf(terms.filter((term) => term !== null));
  });
}

function finite(value: number, what: string): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(`${what} is ${value}: a number of milliseconds is needed`);
}

function sumOf(terms: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < terms.length; i++) sum += at(terms, i);
  return sum;
}
