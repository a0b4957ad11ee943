import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import type { Milliseconds, Seconds } from '../../thresholds/types.ts';
import { detectable } from './noise-floor.ts';
import { firstWhere } from '../statistics/first-where.ts';
import { normalDensity, normalQuantile } from '../statistics/normal.ts';
import { firstLook } from '../config/exposure.ts';
import { planSize, type Plan } from '../config/experiment-plan.ts';
import { evaluate, type QuantileFunction } from '../statistics/quantile-function.ts';
import { seeded } from '../statistics/random.ts';
import { ALPHA, stoppingBounds, type Look } from '../statistics/spending.ts';
import { studentQuantile } from '../statistics/student-t.ts';

/** What a verdict takes. */
export interface Effort {
  readonly blocks: number;
  /** Measured requests of all arms; settling and warm-up come on top. */
  readonly requests: number;
  readonly minutes: number;
}

/** The effort at most, and that of every second run when it may stop early. */
export interface Power {
  readonly atMost: Effort;
  readonly median: Effort;
}

/** A plan of more needs longer blocks instead. */
const MOST_PLANNED_BLOCKS = 500;
const SIMULATIONS = 401;

/**
 * The plan that tells a true overhead from the budget in 9 of 10 runs, when they lie `difference` apart: as many
 * blocks B as bring (t_tail + t₀.₉)·spread/√B below the difference, where the tail is that of the plan's last look.
 * Never fewer than have each arm under load for `leastSeconds`. The median with early stop comes from 401 simulated runs with normal differences.
 * @param difference between the overhead and the budget, in ms, above 0
 * @param spread standard deviation of a block's difference, in ms (`lognormalSpread`, `spreadOf`, or of an A/A run)
 * @returns null if more than 500 blocks would be needed: longer blocks, or a higher rate
 * @throws RangeError if difference or spread is not a number above 0
 */
export function powerOf(
  plan: Omit<Plan, 'blocks'>,
  difference: Milliseconds,
  spread: Milliseconds,
  { earlyStop, leastSeconds }: { earlyStop: boolean; leastSeconds: Seconds },
): Power | null {
  for (const [name, value] of Object.entries({ difference, spread })) {
    if (!(Number.isFinite(value) && value > 0))
      throw new RangeError(`${name}: ${value}; milliseconds above 0`);
  }
  const least = firstLook(plan, leastSeconds);
  if (least > MOST_PLANNED_BLOCKS) return null;
  const looksOf = (planned: number) =>
    earlyStop ? stoppingBounds(planned, least, ALPHA) : [{ blocks: planned, tail: ALPHA }];
  const isEnough = (planned: number) =>
    detectable(spread, planned, looksOf(planned).at(-1)?.tail ?? 0) <= difference;
  if (!isEnough(MOST_PLANNED_BLOCKS)) return null;
  const blocks = firstWhere(least, MOST_PLANNED_BLOCKS, isEnough);
  const typical = medianBlocks(looksOf(blocks), difference / spread);
  return { atMost: effort(plan, blocks), median: effort(plan, typical) };
}

function effort(plan: Omit<Plan, 'blocks'>, blocks: number): Effort {
  const { requests, seconds } = planSize({ ...plan, blocks });
  return { blocks, requests, minutes: seconds / 60 };
}

/**
 * The median number of blocks after which a run stops whose differences are normal.
 * @param effect distance of the overhead from the budget, in standard deviations of a block's difference
 */
export function medianBlocks(looks: readonly Pick<Look, 'blocks' | 'tail'>[], effect: number): number {
  const planned = looks[looks.length - 1]?.blocks ?? 0;
  const random = seeded('median blocks');
  // By Student's t: where the blocks are calm, the bounds by ranks are much the same.
  const limits = looks.map(({ blocks, tail }) => ({
    blocks,
    errors: tail === 0 ? Infinity : studentQuantile(tail, blocks - 1),
  }));
  const stops = Array.from({ length: SIMULATIONS }, () => {
    const differences = Array.from({ length: planned }, () => effect + random.normal());
    const stop = limits.find(({ blocks, errors }) => {
      if (errors === Infinity) return false;
      const seen = differences.slice(0, blocks);
      return mean(seen) > (errors * sampleStandardDeviation(seen)) / Math.sqrt(blocks);
    });
    return stop?.blocks ?? planned;
  });
  return median(stops);
}

/** √(p(1 − p))/φ(z_p) at p = 0.95: the standard error of a P95 is 2.113·σ_log·q95/√n for lognormal latency. */
const P95_FACTOR = Math.sqrt(0.95 * 0.05) / normalDensity(normalQuantile(0.05));

/**
 * The standard deviation of a block's difference when latency is lognormal and blocks differ by nothing but
 * sampling: √2·2.113·σ_log·q95/√n. Real blocks differ by more: an A/A run tells.
 * @param mean of latency, in ms
 * @param deviation standard deviation of latency, in ms
 * @param requests per arm and block
 */
export function lognormalSpread(mean: Milliseconds, deviation: Milliseconds, requests: number): Milliseconds {
  const variance = Math.log(1 + (deviation / mean) ** 2);
  const sigma = Math.sqrt(variance);
  const p95 = Math.exp(Math.log(mean) - variance / 2 + normalQuantile(0.05) * sigma);
  return P95_FACTOR * sigma * p95 * Math.sqrt(2 / requests);
}

/**
 * The same from a measured distribution: √2·√(p(1 − p)/n)·dq/dp at p = 0.95, the slope taken between P93 and P97.
 * @param requests per arm and block
 */
export function spreadOf(latency: QuantileFunction, requests: number): Milliseconds {
  const slope = (evaluate(latency, 0.97) - evaluate(latency, 0.93)) / 0.04;
  return slope * Math.sqrt((2 * 0.95 * 0.05) / requests);
}
