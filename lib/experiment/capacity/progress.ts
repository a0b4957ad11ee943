/** The lines that a capacity run prints: after each try, and after each block. */
import type { CapacityPlan } from '../../config/capacity-plan.ts';
import type { Outcome, RateTrial } from './rate-trial.ts';
import { describeCapacity, describeLoss, humanRate, toResult } from './describe.ts';
import type { CapacityVerdict } from './verdict.ts';
import { humanMs, humanShare } from '../../format/format.ts';

const SAID: Readonly<Record<Outcome, string>> = {
  within: 'holds',
  over: 'over its limits',
  late: 'the load generator is late',
};

/** `block 1/5  treatment  225/s  P95 31.2 ms  holds`. */
export function tryLine(
  plan: CapacityPlan,
  block: number,
  arm: string,
  trial: RateTrial,
  outcome: Outcome,
): string {
  return [
    `block ${block + 1}/${plan.blocks}`,
    arm.padEnd(9),
    humanRate(trial.perSecond).padStart(7),
    `P95 ${humanMs(trial.p95Ms)}`,
    ...(trial.errorRate > 0 ? [`errors ${humanShare(trial.errorRate)}`] : []),
    SAID[outcome],
  ].join('  ');
}

/** `block 1/5  baseline 812/s  treatment 664/s  observability costs 18.2 % of capacity`. */
export function climbLine(plan: CapacityPlan, block: number, verdict: CapacityVerdict): string {
  if (verdict.kind === 'INVALID') return `block ${block + 1}/${plan.blocks}  ${verdict.reasons.join('; ')}`;
  return [
    `block ${block + 1}/${plan.blocks}`,
    `baseline ${describeCapacity(toResult(verdict.baseline))}`,
    `treatment ${describeCapacity(toResult(verdict.treatment))}`,
    describeLoss(toResult(verdict.loss)),
  ].join('  ');
}
