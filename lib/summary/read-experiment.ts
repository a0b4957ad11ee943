/** What an experiment has told the world (`record-experiment.ts`), read back from k6's summary. */
import type { Question } from '../experiment/judge-experiment.ts';
import { lookAfter } from '../statistics/spending.ts';
import { movement, type CarryOver } from '../experiment/carry-over.ts';
import type { CostEstimate } from '../experiment/costs.ts';
import { DISPLAY_TAIL } from '../experiment/estimate.ts';
import type { ArmMeasurement } from '../experiment/measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { SLICES, unpackSlow } from '../experiment/slow-slices.ts';
import { ERROR_LEVELS } from '../statistics/blocked-sample.ts';
import type { Plan } from '../config/experiment-plan.ts';
import * as names from '../metrics/overhead-metrics.ts';
import { QUANTILE_LEVELS, quantileFunction } from '../metrics/quantiles.ts';
import type { SummaryData } from './summary-data.ts';
import { countOf, endsOf, valueOf } from './values.ts';

/** An arm as the experiment's metrics hold it. */
export function measurementOf(
  data: SummaryData,
  arm: string,
  planned: number,
  noAnswerMs: Milliseconds,
): ArmMeasurement {
  const value = (metric: string, tags: Record<string, number>) => valueOf(data, metric, { arm, ...tags });
  const blocks = Array.from({ length: planned }, (_, b) => {
    const requests = value(names.BLOCK_REQUESTS, { block: b + 1 });
    return requests === 0 ? null : { p95: value(names.BLOCK_P95, { block: b + 1 }), requests };
  });
  const requests = countOf(data, names.LATENCY, { arm });
  const quantiles = quantileFunction(data.metrics[names.tagged(names.LATENCY, { arm })]?.values ?? {});
  return {
    name: arm,
    p95: valueOf(data, names.LATENCY, { arm }, 'p(95)'),
    sample: {
      quantiles: {
        count: requests,
        p: QUANTILE_LEVELS,
        values: quantiles ?? QUANTILE_LEVELS.map(() => 0),
      },
      errors: ERROR_LEVELS.map((level) => value(names.SHARE_ERROR, { level })),
      shares: blocks.map((block, b) => block && value(names.BLOCK_SHARE, { block: b + 1 })),
    },
    noAnswerMs,
    requests,
    errors: countOf(data, names.ERRORS, { arm }),
    blocks,
  };
}

/** What carries over from arm to arm, as the experiment found it. */
export function carryOverOf(budgetMs: Milliseconds, data: SummaryData): CarryOver {
  const movementOf = (contrast: (typeof names.CONTRASTS)[number]) => {
    const { value, lower, upper } = endsOf(data, names.CARRY_OVER, { contrast });
    // A gauge without a sample is 0.
    return lower === upper ? null : movement(value, lower, upper, budgetMs);
  };
  return {
    halves: movementOf('halves'),
    predecessors: movementOf('predecessors'),
    settleSeconds: valueOf(data, names.SETTLE_NEEDED) || null,
    changedUntilSeconds: valueOf(data, names.CHANGED_UNTIL) || null,
  };
}

/** What the arms cost besides latency, as the experiment found it. */
export function costsOf(question: Question, data: SummaryData, measuredBlocks: number): CostEstimate[] {
  const look = lookAfter(question.looks, measuredBlocks);
  return names.COST_NAMES.flatMap((cost) => {
    const end = (of: (typeof names.COST_ENDS)[number]) => valueOf(data, names.COST, { cost, end: of });
    const blocks = end('blocks');
    if (blocks === 0) return [];
    const ofBaseline = valueOf(data, names.COST_OF_ARM, { cost, arm: question.baseline });
    // A gauge without a sample is 0, and so may a bound be.
    const between = (tail: number | undefined, lower: number, upper: number) =>
      blocks > 1 && tail !== undefined && tail > 0 ? { lower, upper } : null;
    return [
      {
        cost,
        blocks,
        baseline: ofBaseline,
        treatment: ofBaseline + end('value'),
        value: end('value'),
        interval: between(look === undefined ? DISPLAY_TAIL : look.intervalTail, end('lower'), end('upper')),
        bounds: between(look && Math.min(look.tail, look.crossedTail), end('boundLower'), end('boundUpper')),
      },
    ];
  });
}

export function stallsIn(data: SummaryData, arm: string) {
  const value = (metric: string) => valueOf(data, metric, { arm });
  const count = value(names.STALLS.count);
  const typicalMs = count === 0 ? null : value(names.STALLS.typicalMs);
  return { count, share: value(names.STALLS.share), typicalMs };
}

export function slowIn(data: SummaryData, { seconds }: Plan, arm: string, block: number) {
  const packed = valueOf(data, names.BLOCK_SLOW, { arm, block });
  return { sliceMs: (seconds * 1_000) / SLICES, levels: unpackSlow(packed) };
}
