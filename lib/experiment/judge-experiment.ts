import { experimentGuards, type Guard, type Observed } from './guards.ts';
import { armNamed, type ArmMeasurement, type Milliseconds } from './measurement.ts';
import { planSize, type Plan, LEAST_BLOCKS } from '../config/experiment-plan.ts';
import { planLooks, type Look } from '../statistics/spending.ts';
import { judge, type Verdict } from './verdict.ts';

/** What an experiment is judged by. */
export interface Question {
  readonly plan: Plan;
  readonly budgetMs: Milliseconds;
  readonly baseline: string;
  readonly treatment: string;
  /** Both arms have the same flags: an A/A run. */
  readonly sameFlags: boolean;
  /** The baseline is not everything off, or the team allows a treatment that is faster. */
  readonly mayBeFaster: boolean;
  readonly looks: readonly Look[];
}

/** The looks of an experiment; an A/A run has no question to settle early. */
export function looksOf(plan: Plan, earlyStop: boolean, sameFlags: boolean): Look[] {
  return planLooks(plan.blocks, LEAST_BLOCKS[plan.mode], earlyStop && !sameFlags);
}

/** Guards and verdict of what was measured so far: the same in the experiment and in its report. */
export function judgeExperiment(
  question: Question,
  arms: readonly ArmMeasurement[],
  seen: Omit<Observed, 'plannedRequests' | 'mayBeFaster'>,
): { guards: Guard[]; verdict: Verdict } {
  const { plan, budgetMs, baseline, treatment, sameFlags, mayBeFaster, looks } = question;
  const plannedRequests = planSize(plan).requestsPerArmAndBlock;
  const observed = { ...seen, plannedRequests, mayBeFaster };
  const guards = experimentGuards(armNamed(arms, baseline), armNamed(arms, treatment), observed, arms);
  const evidence = { arms, baseline, treatment, budget: budgetMs, mode: plan.mode, looks, guards, sameFlags };
  return { guards, verdict: judge(evidence) };
}
