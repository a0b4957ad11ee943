/** The ladder of rates that both arms climb, and what climbing it takes at most. */
import { seeded } from '../../statistics/random.ts';
import type { PerSecond, Seconds, Share } from '../../../thresholds/types.ts';

/** How one capacity run climbs. Its seed determines ladders, order, arrivals and payloads. */
export interface CapacityPlan {
  /** The first rung. */
  readonly perSecond: PerSecond;
  /** Factor from rung to rung. */
  readonly step: number;
  /** The last rate that an arm holds and the first that it does not differ by no more than this share. */
  readonly resolution: Share;
  /** The last rung: no rate above it is ever sent. */
  readonly ceilingPerSecond: PerSecond;
  /** Length of a try. */
  readonly seconds: Seconds;
  /** The same rate before it, without a pause, not measured: a queue that grows has begun to. */
  readonly settleSeconds: Seconds;
  /** Before the first block, in each arm, rising to the first rung. */
  readonly warmUpSeconds: Seconds;
  readonly blocks: number;
  readonly seed: string;
}

/** With fewer, P95 rests on under ten requests. */
export const LEAST_REQUESTS = 200;
/** Fewer blocks give an interval that says nothing. */
export const LEAST_BLOCKS = 3;
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

/** What is wrong with a plan: one line for each setting, which it names; empty if it can run. */
export function capacityPlanErrors(plan: CapacityPlan): string[] {
  const errors = (['perSecond', 'seconds', 'ceilingPerSecond'] as const)
    .filter((name) => !(Number.isFinite(plan[name]) && plan[name] > 0))
    .map((name) => `${name}: ${plan[name]}; a number above 0 is needed`);
  for (const name of ['settleSeconds', 'warmUpSeconds'] as const) {
    if (!(Number.isFinite(plan[name]) && plan[name] >= 0))
      errors.push(`${name}: ${plan[name]}; 0 or a number above is needed`);
  }
  if (!(plan.step >= 1.1 && plan.step <= 4))
    errors.push(`step: ${plan.step}; a factor from 1.1 to 4 is needed`);
  if (!(plan.resolution >= 0.01 && plan.resolution <= 0.5))
    errors.push(`resolution: ${plan.resolution}; a share from 0.01 to 0.5 is needed`);
  if (!(Number.isInteger(plan.blocks) && plan.blocks >= LEAST_BLOCKS))
    errors.push(`blocks: ${plan.blocks}; at least ${LEAST_BLOCKS} are needed`);
  if (errors.length > 0) return errors;
  if (plan.ceilingPerSecond < plan.perSecond)
    return [`ceilingPerSecond: ${plan.ceilingPerSecond}/s is below the first rung of ${plan.perSecond}/s`];
  const requests = Math.round(plan.perSecond * plan.seconds);
  if (requests >= LEAST_REQUESTS) return [];
  const seconds = Math.ceil(LEAST_REQUESTS / plan.perSecond);
  const rate = Math.ceil(LEAST_REQUESTS / plan.seconds);
  return [
    `perSecond, seconds: ${plan.perSecond}/s for ${plan.seconds} s make ${requests} requests at the first rung; ` +
      `at least ${LEAST_REQUESTS} are needed: ${seconds} s, or ${rate}/s`,
  ];
}
