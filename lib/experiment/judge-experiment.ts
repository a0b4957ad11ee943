import { experimentGuards, type Guard, type Observed } from './guards.ts';
import { armNamed, measuredBlocks, type ArmMeasurement } from './measurement.ts';
import { budgetMsOf, type Budget } from '../config/budgets.ts';
import { firstLook } from '../config/exposure.ts';
import type { Proven } from '../config/switching.ts';
import { planSize, type Plan, LEAST_BLOCKS } from '../config/experiment-plan.ts';
import type { CostLimits, Milliseconds, Seconds } from '../../thresholds/types.ts';
import type { CostEstimate } from './costs.ts';
import { withCosts } from './judge-costs.ts';
import { lookAfter, planLooks, type Look } from '../statistics/spending.ts';
import { judge, type Verdict } from './verdict.ts';

/** What an experiment is judged by. */
export interface Question {
  readonly plan: Plan;
  readonly budgets: readonly Budget[];
  readonly baseline: string;
  readonly treatment: string;
  /** Both arms have the same flags: an A/A run. */
  readonly sameFlags: boolean;
  /** The baseline is not everything off, or the team allows a treatment that is faster. */
  readonly mayBeFaster: boolean;
  readonly looks: readonly Look[];
  /** How long each arm must be under load before its latency may decide. */
  readonly leastSeconds: Seconds;
  /** On treatment − baseline of what the target says about itself. */
  readonly costLimits: CostLimits;
  readonly proven: Proven;
  /** Why the experiment can decide nothing, whatever the numbers say. */
  readonly reservation?: string;
}

/**
 * The looks of an experiment; an A/A run has no question to settle early. Errors decide from the fewest blocks on, latency
 * only after each arm has been under load for long enough.
 * @param limits budgets and limits on costs together, of which any may be crossed
 */
export function looksOf(
  plan: Plan,
  {
    earlyStop,
    sameFlags,
    leastSeconds,
    limits = 1,
  }: { earlyStop: boolean; sameFlags: boolean; leastSeconds: Seconds; limits?: number },
): Look[] {
  const stops = earlyStop && !sameFlags;
  const first = firstLook(plan, leastSeconds);
  const least = LEAST_BLOCKS[plan.mode];
  const byLatency = planLooks(plan.blocks, Math.min(first, plan.blocks), stops, limits);
  if (!stops || first <= least) return byLatency;
  return planLooks(plan.blocks, least, true, limits).map((look) => {
    const none = { tail: 0, crossedTail: 0 };
    const { tail, crossedTail } = lookAfter(byLatency, look.blocks) ?? none;
    return { ...look, tail, crossedTail };
  });
}

/** What an experiment saw besides latencies, but for what its question says. */
export type Seen = Omit<Observed, 'plannedRequests' | 'mayBeFaster' | 'provenBy'>;

/**
 * Guards and verdict of what was measured so far: the same in the experiment and in its report.
 * @param correlations of the two arms: see `correlationsOf`
 */
export function judgeExperiment(
  question: Question,
  arms: readonly ArmMeasurement[],
  seen: Seen,
  costs: readonly CostEstimate[],
  correlations: readonly number[],
): { guards: Guard[]; verdict: Verdict } {
  const { plan, baseline, treatment, mayBeFaster, leastSeconds, proven } = question;
  const plannedRequests = planSize(plan).requestsPerArmAndBlock;
  const observed = { ...seen, plannedRequests, mayBeFaster, provenBy: proven.by };
  const guards = experimentGuards(armNamed(arms, baseline), armNamed(arms, treatment), observed, arms);
  const verdict = judge({
    ...question,
    arms,
    correlations,
    mode: plan.mode,
    guards,
    exposure: { seconds: plan.seconds, leastSeconds },
  });
  const measured = measuredBlocks(arms);
  const costLook = {
    limits: question.costLimits,
    tail: lookAfter(question.looks, measured)?.tail ?? 0,
    isLast: measured === plan.blocks,
  };
  return { guards, verdict: ifProven(proven, withCosts(verdict, costs, costLook)) };
}

/** A target that may never have been switched looks as if nothing cost anything. */
export function ifProven({ unproven }: Pick<Proven, 'unproven'>, verdict: Verdict): Verdict {
  if (unproven === null || verdict.kind !== 'PASS') return verdict;
  const reason = `${verdict.reason}; but ${unproven}`;
  return { ...verdict, kind: 'INCONCLUSIVE', reason, moreBlocks: 0, isRough: false };
}

/** The budget of P95 in milliseconds, by the baseline as measured where it is a share of that; 0 of one that was not. */
export function p95BudgetMs(
  { budgets, baseline }: Pick<Question, 'budgets' | 'baseline'>,
  arms: readonly ArmMeasurement[],
): Milliseconds {
  const [budget] = budgets;
  return budget === undefined ? 0 : budgetMsOf(budget, arms.find(({ name }) => name === baseline)?.p95 ?? 0);
}
