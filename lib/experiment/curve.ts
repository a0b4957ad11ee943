/** The overhead from the median to P99: a budget at P95 says nothing of what happens beside it. */
import type { Budget } from '../config/budgets.ts';
import { CENTRE, CURVE_LEVELS } from '../statistics/blocked-sample.ts';
import type { Bounds } from '../statistics/contrast.ts';
import { correlation, inSharedBlocks } from '../statistics/rank-bounds.ts';
import { combine, type Estimate, type Percentile } from './estimate.ts';
import type { ArmMeasurement } from './measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

/** Two arms that are compared at any percentile. */
export interface Pair {
  readonly baseline: ArmMeasurement;
  readonly treatment: ArmMeasurement;
  /** How far the blocks' shares of both arms go together, at each of `CURVE_LEVELS`. */
  readonly correlations: readonly number[];
}

/** The overhead at one percentile. */
interface CurvePoint {
  /** 0.5…0.99. */
  readonly level: number;
  readonly valueMs: Milliseconds;
  /** Of this point alone; null where it is too early. */
  readonly interval: Bounds | null;
}

/** How far the blocks of two arms go together, at each of `CURVE_LEVELS`; 0 where their shares were not kept. */
export function correlationsOf(baseline: ArmMeasurement, treatment: ArmMeasurement): number[] {
  return CURVE_LEVELS.map((_, i) => {
    const shares = [baseline, treatment].map(({ sample }) => sample.sharesOfCurve?.[i] ?? []);
    const [first = [], second = []] = inSharedBlocks(shares);
    return correlation(first, second);
  });
}

/** @param tail one-sided, of each side of the intervals; 0: too early for any */
export function curveOf(pair: Pair, tail: number): CurvePoint[] {
  return CURVE_LEVELS.map((level) => {
    const { value, interval } = combine(weighted(pair, 1), tail, percentileOf(pair, level));
    return { level, valueMs: value, interval };
  });
}

/**
 * What a budget is held against: the overhead at its percentile; where it is a share of the baseline, less that share, which
 * is as uncertain as the baseline itself.
 */
export function marginOf(pair: Pair, { level, limit }: Budget): Estimate {
  const factor = 'ms' in limit ? 1 : 1 + limit.shareOfBaseline;
  return combine(weighted(pair, factor), 0, percentileOf(pair, level));
}

function weighted({ baseline, treatment }: Pair, factor: number) {
  return [
    { arm: baseline, weight: -factor },
    { arm: treatment, weight: 1 },
  ];
}

/** P95 has its shares with it. */
function percentileOf({ correlations }: Pair, level: number): Percentile | undefined {
  if (level === CENTRE) return undefined;
  return { level, correlation: correlations[CURVE_LEVELS.indexOf(level)] ?? 0 };
}
