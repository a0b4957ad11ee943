/** The ladder of rates that both arms climb, and what climbing it takes at most. */
import { seeded } from '../statistics/random.ts';
import type { CapacityPlan } from '../config/capacity-plan.ts';
import type { PerSecond, Seconds } from '../../thresholds/types.ts';

/** Rungs nearer to each other than this are one. */
const NEAREST = 1.05;

/**
 * The rungs of a block, rising. The first block has `perSecond·step^k`; each later one shifts its rungs between the first
 * and the ceiling by a random part of a step, so that no block repeats the rounding of another.
 */
export function ladderOf(plan: CapacityPlan, block: number): PerSecond[] {
  const { perSecond, step, ceilingPerSecond, seed } = plan;
  const shift = block === 0 ? 0 : seeded(`${seed}/ladder/${block}`).uniform();
  const rungs: PerSecond[] = [perSecond];
  for (let rung = perSecond * step ** shift; rung * NEAREST < ceilingPerSecond; rung *= step) {
    if (rung >= perSecond * NEAREST) rungs.push(rung);
  }
  if (ceilingPerSecond > perSecond) rungs.push(ceilingPerSecond);
  return rungs;
}

/** How often a bracket of one step is halved, in the logarithm, until it is as narrow as the resolution. */
export function refinements({ step, resolution }: Pick<CapacityPlan, 'step' | 'resolution'>): number {
  return Math.max(0, Math.ceil(Math.log2(Math.log(step) / Math.log(1 + resolution))));
}

/** The most tries that one arm can need in one block: each rung and each refinement twice. */
export function mostTries(plan: CapacityPlan): number {
  const { perSecond, ceilingPerSecond, step } = plan;
  const rungs = 3 + Math.ceil(Math.log(ceilingPerSecond / perSecond) / Math.log(step));
  return 2 * (rungs + refinements(plan));
}

/** About how long a run takes where the target holds until near the ceiling: warm-up and tries. */
export function plannedSeconds(plan: CapacityPlan): Seconds {
  const each = plan.settleSeconds + plan.seconds;
  const first = ladderOf(plan, 0).length + refinements(plan) + 2;
  // Later blocks start near where the former ended.
  const later = refinements(plan) + 4;
  return 2 * (plan.warmUpSeconds + each * (first + (plan.blocks - 1) * later));
}
