/** A verdict of the estimator as results hold it. */
import { describeBudget, type Budget } from '../config/budgets.ts';
import { curveOf, type Pair } from '../experiment/curve.ts';
import { DISPLAY_TAIL } from '../experiment/estimate.ts';
import { CENTRE } from '../statistics/blocked-sample.ts';
import type { Bounds } from '../statistics/contrast.ts';
import { lookAfter, type Look } from '../statistics/spending.ts';
import type { CostEstimate } from '../experiment/costs.ts';
import type { Verdict } from '../experiment/verdict.ts';
import { exitCodeOf } from '../gates/exit-codes.ts';
import { limitedCosts } from '../gates/cost-limits.ts';
import { COSTS } from '../metrics/overhead-metrics.ts';
import type { CostLimits } from '../../thresholds/types.ts';
import type { CostResult, OverheadResult } from './run-result.ts';

/** The numbers that a verdict rests on; null where there are none. */
export function overheadNumbers(
  verdict: Verdict | null,
): Pick<OverheadResult, 'estimateMs' | 'interval' | 'bounds' | 'standardErrorMs' | 'differencesMs'> {
  const judged = verdict === null || verdict.kind === 'INVALID' ? null : verdict;
  return {
    estimateMs: judged?.estimate.value ?? null,
    interval: known(judged?.estimate.interval ?? null),
    bounds: judged?.kind === 'INCONCLUSIVE' ? known(judged.bounds) : inMs(judged?.bounds ?? null),
    standardErrorMs: judged?.estimate.standardError ?? null,
    differencesMs: [...(judged?.estimate.blocks ?? [])],
  };
}

/** The budget of P95 where it is a share: what it comes to is known once the baseline is. */
export function overheadBudget(budgets: readonly Budget[]): Pick<OverheadResult, 'budget'> {
  const share = budgets.find(({ level, limit }) => level === CENTRE && 'shareOfBaseline' in limit);
  return share === undefined ? {} : { budget: describeBudget(share) };
}

/** Each budget, where there is more to say than that P95 has one in milliseconds. */
export function overheadBudgets(verdict: Verdict | null): Pick<OverheadResult, 'budgets'> {
  const budgets = verdict === null || verdict.kind === 'INVALID' ? [] : verdict.budgets;
  if (budgets.every(({ budget }) => budget.level === CENTRE && 'ms' in budget.limit)) return {};
  return {
    budgets: budgets.map(({ budget, budgetMs, overheadMs, bounds, outcome }) => ({
      level: budget.level,
      budget: describeBudget(budget),
      budgetMs,
      overheadMs,
      bounds: outcome === 'open' ? known(bounds) : inMs(bounds),
      outcome,
    })),
  };
}

/** The overhead from the median to P99; none where fewer than two blocks were measured. */
export function overheadCurve(
  pair: Pair,
  verdict: Verdict | null,
  looks: readonly Look[],
): Pick<OverheadResult, 'curve'> {
  if (verdict === null || verdict.kind === 'INVALID' || verdict.estimate.measured < 2) return {};
  const { measured } = verdict.estimate;
  const tail = lookAfter(looks, measured)?.intervalTail ?? DISPLAY_TAIL;
  const curve = curveOf(pair, tail).map(({ level, valueMs, interval }) => ({
    level,
    overheadMs: valueMs,
    interval: known(interval),
  }));
  return { curve };
}

/** What an experiment came to; one that was cut short has no verdict of the estimator. */
export function overheadVerdict(
  verdict: Verdict | { kind: 'INTERRUPTED'; reasons: readonly string[] },
): OverheadResult['verdict'] {
  return {
    kind: verdict.kind,
    exitCode: exitCodeOf(verdict.kind),
    reasons: 'reasons' in verdict ? [...verdict.reasons] : [verdict.reason],
    moreBlocks: verdict.kind === 'INCONCLUSIVE' ? verdict.moreBlocks : null,
    ...(verdict.kind === 'INCONCLUSIVE' && verdict.isRough ? { isRough: true } : {}),
    noiseFloorMs: verdict.kind === 'NOISE_FLOOR' ? verdict.floor : null,
  };
}

/** A cost of an arm, with its limit where it has one. */
export function costResult(estimated: CostEstimate, limits: CostLimits = {}): CostResult {
  const { cost, baseline, treatment, value, interval, blocks } = estimated;
  const limited = limitedCosts(limits).find((one) => one.cost === cost);
  const limit = limited?.limit ?? null;
  return { cost, unit: COSTS[cost], baseline, treatment, value, interval, blocks, limit };
}

/** None while an end is just that of the range: it would look measured. */
export function known(bounds: Bounds | null): OverheadResult['interval'] {
  return bounds?.isOpen === true ? null : inMs(bounds);
}

/** An interval as results hold it. */
export function inMs(bounds: Bounds | null): OverheadResult['interval'] {
  return bounds === null ? null : { lowerMs: bounds.lower, upperMs: bounds.upper };
}
