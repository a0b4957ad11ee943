/** What observability may cost, at one percentile or at several. */
import type { Budget as BudgetSetting, Milliseconds, OverheadProfile } from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import { LEAST_BLOCKS, planSize, type Plan, type PlanProblem } from './experiment-plan.ts';

/** What it may cost at one percentile. */
export interface Budget {
  /** Of the percentile: 0.5, 0.95 or 0.99. */
  readonly level: number;
  readonly limit: { readonly ms: Milliseconds } | { readonly shareOfBaseline: number };
}

const LEVELS = { p95Ms: 0.95, p50Ms: 0.5, p99Ms: 0.99 } as const;
/** Of an arm in the whole plan: with fewer, its P99 rests on under twenty requests. */
const LEAST_REQUESTS_P99 = 2_000;

/** The budgets of a profile, that of P95 first. */
export function budgetsOf({
  budgetMs,
  budgets = {},
}: Pick<OverheadProfile, 'budgetMs' | 'budgets'>): Budget[] {
  const all = { ...budgets, p95Ms: budgets.p95Ms ?? budgetMs };
  return (Object.keys(LEVELS) as (keyof typeof LEVELS)[]).flatMap((name) => {
    const setting = all[name];
    return setting === undefined ? [] : [budgetOf(LEVELS[name], setting)];
  });
}

/** The budget of P95. */
export function p95BudgetOf({ budgetMs, budgets }: Pick<OverheadProfile, 'budgetMs' | 'budgets'>): Budget {
  return budgetOf(LEVELS.p95Ms, budgets?.p95Ms ?? budgetMs);
}

function budgetOf(level: number, setting: BudgetSetting): Budget {
  if (typeof setting === 'number') return { level, limit: { ms: setting } };
  return { level, limit: { shareOfBaseline: Number(setting.slice(0, -1)) / 100 } };
}

/** A budget in milliseconds. @param baseline the percentile of the baseline, which a share is one of */
export function budgetMsOf({ limit }: Budget, baseline: Milliseconds): Milliseconds {
  return 'ms' in limit ? limit.ms : limit.shareOfBaseline * baseline;
}

/** `P95`. */
export function percentileName(level: number): string {
  return `P${Number((level * 100).toFixed(1))}`;
}

/** `150 ms` or `5 % of the baseline`. */
export function describeBudget({ limit }: Budget): string {
  return 'ms' in limit ? `${limit.ms} ms` : `${percentOf(limit.shareOfBaseline)} % of the baseline`;
}

/** As it is written in thresholds/: milliseconds, or `5%`. */
export function settingOf({ limit }: Budget): BudgetSetting {
  return 'ms' in limit ? limit.ms : `${percentOf(limit.shareOfBaseline)}%`;
}

/** 0.07 · 100 is no 7 in floating point. */
function percentOf(share: number): number {
  return Number((share * 100).toFixed(4));
}

/** `150 ms`, or `30 ms at P99` where it is not that of P95. */
export function describeBudgetOf(budget: Budget): string {
  return `${describeBudget(budget)}${budget.level === 0.95 ? '' : ` at ${percentileName(budget.level)}`}`;
}

/** Why a plan says too little of a percentile that has a budget; `null` if it says enough. */
export function budgetProblem(plan: Plan, budgets: readonly Budget[]): PlanProblem | null {
  const { requestsPerArmAndBlock } = planSize(plan);
  const requests = requestsPerArmAndBlock * plan.blocks;
  if (!budgets.some(({ level }) => level > 0.95) || requests >= LEAST_REQUESTS_P99) return null;
  const blocks = Math.max(LEAST_BLOCKS[plan.mode], Math.ceil(LEAST_REQUESTS_P99 / requestsPerArmAndBlock));
  return {
    wrong: `a budget for P99, but ${plan.blocks} blocks of ${requestsPerArmAndBlock} requests make ${requests} in each arm`,
    needed: `at least ${LEAST_REQUESTS_P99}: ${blocks} blocks`,
  };
}

/** @throws ConfigError where an environment has two budgets for P95 */
export function refuseTwoBudgets(overhead: Partial<OverheadProfile> = {}): void {
  if (overhead.budgetMs === undefined || overhead.budgets?.p95Ms === undefined) return;
  throw new ConfigError(
    'overhead.budgetMs',
    'stands beside overhead.budgets.p95Ms',
    'expected one of them: both are the budget of P95',
  );
}
