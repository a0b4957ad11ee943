import { sampleStandardDeviation } from 'simple-statistics';
import { armNamed, type ArmMeasurement } from './measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { CENTRE } from '../statistics/blocked-sample.ts';
import type { Bounds, Contrast } from '../statistics/contrast.ts';
import { boundsOfQuantiles } from '../statistics/rank-bounds.ts';
import { evaluate } from '../statistics/quantile-function.ts';
import { studentQuantile } from '../statistics/student-t.ts';

/** An arm and its weight in a contrast. */
interface Weighted {
  readonly arm: ArmMeasurement;
  readonly weight: number;
}

/** A contrast of P95s with its uncertainty. */
export interface Estimate {
  /** The contrast of the arms' P95s over all blocks together. */
  readonly value: Milliseconds;
  /** The contrast in each block; null where an arm of it was not measured. None but at P95. */
  readonly blocks: readonly (Milliseconds | null)[];
  /** The arms of the contrast. */
  readonly weighted: readonly Weighted[];
  /** How many blocks were measured. */
  readonly measured: number;
  /** Half of the 95 % interval in units of t; null with fewer than two blocks. */
  readonly standardError: Milliseconds | null;
  /** The interval that is displayed; null with fewer than two blocks: one pair says nothing about its own error. */
  readonly interval: Bounds | null;
  /** Absent: P95, whose shares tell how the arms go together. */
  readonly percentile?: Percentile | undefined;
}

/** One-sided tail on each side of the interval that is displayed, where nothing but the end of the plan stops it. */
export const DISPLAY_TAIL = 0.025;

/** Treatment − baseline. */
export function overheadContrast(baseline: string, treatment: string): Contrast {
  return { [baseline]: -1, [treatment]: 1 };
}

/**
 * Estimates a contrast of P95s. The number is the contrast of the P95s of all requests: the mean of the blocks'
 * contrasts is biased where P95 falls into a thin part of the distribution. Its error is how far the blocks
 * disagree about the share of slow requests: an interval from inside the runs covers the truth far too seldom.
 * @param arms every arm with the same number of blocks
 * @param tail one-sided, on each side of the interval; 0: it is too early for one
 * @throws RangeError if an arm is missing, the weights do not sum to 0, the numbers of blocks differ, or a P95 that
 * counts is not a finite number
 */
export function estimate(
  arms: readonly ArmMeasurement[],
  contrast: Contrast,
  tail: number = DISPLAY_TAIL,
): Estimate {
  return combine(weigh(arms, contrast), tail);
}

/** The level of another percentile, and how far the blocks' shares above it go together. */
export interface Percentile {
  readonly level: number;
  readonly correlation: number;
}

/** Estimates a sum of percentiles of arms that have as many blocks, whatever the weights sum to. */
export function combine(
  weighted: readonly Weighted[],
  tail: number = DISPLAY_TAIL,
  percentile?: Percentile,
): Estimate {
  const value = sumOf(
    weighted.map(({ arm, weight }) => {
      const one = percentile === undefined ? arm.p95 : evaluate(arm.sample.quantiles, percentile.level);
      return weight * finite(one, `P95 of arm "${arm.name}"`);
    }),
  );
  const blocks = blockContrasts(weighted);
  const measured = blocks.filter((block) => block !== null).length;
  const number = { value, blocks: percentile === undefined ? blocks : [], weighted, measured, percentile };
  const plain = boundsOf(number, DISPLAY_TAIL);
  return {
    ...number,
    standardError: plain && (plain.upper - plain.lower) / 2 / studentQuantile(DISPLAY_TAIL, measured - 1),
    interval: tail > 0 ? boundsOf(number, tail) : null,
  };
}

/**
 * The one-sided bounds of an estimate: the truth lies below `lower` with at most probability `tail`, and above
 * `upper` likewise.
 * @param tail one-sided, 1e-15…0.5
 * @param blocks as if so many had been measured, all like those that were
 * @returns null with fewer than two measured blocks
 */
export function boundsOf(
  { value, weighted, measured, percentile }: Pick<Estimate, 'value' | 'weighted' | 'measured' | 'percentile'>,
  tail: number,
  blocks: number = measured,
): Bounds | null {
  if (measured < 2) return null;
  const noAnswer = weighted.reduce((most, { arm }) => Math.max(most, arm.noAnswerMs), 0);
  const bounds = boundsOfQuantiles(
    weighted.map(({ arm, weight }) => ({ sample: arm.sample, weight })),
    {
      level: percentile?.level ?? CENTRE,
      tail,
      range: { lower: 0, upper: noAnswer },
      together: percentile?.correlation ?? true,
      blocks,
    },
  );
  // The arms' quantile functions are linear between their points; the number is exact.
  return bounds && { ...bounds, lower: Math.min(value, bounds.lower), upper: Math.max(value, bounds.upper) };
}

/**
 * The bounds that decide: the wider of those by ranks and of Student's t over the blocks' contrasts. Where blocks differ by
 * more than their requests do, the ranks alone decide too often.
 */
export function decidingBounds(
  estimated: Estimate,
  tail: number,
  blocks = estimated.measured,
): Bounds | null {
  const byRanks = boundsOf(estimated, tail, blocks);
  const contrasts = estimated.blocks.filter((block) => block !== null);
  if (byRanks === null || contrasts.length < 2) return byRanks;
  const reach = (studentQuantile(tail, blocks - 1) * sampleStandardDeviation(contrasts)) / Math.sqrt(blocks);
  const { value } = estimated;
  return {
    ...byRanks,
    lower: Math.min(byRanks.lower, value - reach),
    upper: Math.max(byRanks.upper, value + reach),
  };
}

/**
 * The arms of a contrast with their weights.
 * @throws RangeError if an arm is missing, the weights do not sum to 0, or the numbers of blocks differ
 */
function weigh(arms: readonly ArmMeasurement[], contrast: Contrast): Weighted[] {
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
    return terms.every((term) => term !== null) ? sumOf(terms) : null;
  });
}

function finite(value: number, what: string): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(`${what} is ${value}: a number of milliseconds is needed`);
}

function sumOf(terms: readonly number[]): number {
  return terms.reduce((sum, term) => sum + term, 0);
}
