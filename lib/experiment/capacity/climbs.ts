/** All climbs of a run: whose turn it is, and where they ended. */
import type { CapacityConfig } from '../../config/capacity-config.ts';
import { seeded, shuffled } from '../../statistics/random.ts';
import { meanOf } from '../../statistics/t-test.ts';
import { nextStep, startOf, type Crossing, type Step } from './climb.ts';
import { ladderOf } from '../../load/ladder.ts';
import type { CapacityPlan, CapacityLimits } from '../../config/capacity-plan.ts';
import { outcomeOf, type RateTrial } from './rate-trial.ts';
import { ratesByBlock } from './slow-curve.ts';

/** The tries of one arm, block by block, in their order. */
export type TrialsOfArm = readonly (readonly RateTrial[])[];

/** What one arm does next in a block. */
export function stepOf(
  plan: CapacityPlan,
  limits: Readonly<CapacityLimits>,
  tries: TrialsOfArm,
  block: number,
): Step {
  const rungs = ladderOf(plan, block);
  const former = block === 0 ? null : endOf(plan, limits, tries, block - 1);
  return nextStep(rungs, startOf(rungs, plan.step, former), tries[block] ?? [], limits, plan.resolution);
}

/** The order in which arms have their turn in a round, from the seed. */
export function turnsOf(
  { seed }: Pick<CapacityPlan, 'seed'>,
  block: number,
  round: number,
  arms: number,
): number[] {
  const all = Array.from({ length: arms }, (_, arm) => arm);
  return shuffled(all, seeded(`${seed}/turns/${block}/${round}`));
}

/** Whether the deployments have exchanged their settings in a block: in half of them, and seldom in between. */
export function isCrossedBlock({ deployments }: Pick<CapacityPlan, 'deployments'>, block: number): boolean {
  return deployments === 'crossed' && [1, 2].includes(block % 4);
}

/** The climbs of one arm, block by block. */
export interface ArmClimbs {
  readonly name: string;
  /** Where each ended. */
  readonly crossings: readonly Crossing[];
  /** The same by the shares of slow requests in all tries, where every climb of both arms ended at the limit of P95. */
  readonly rates: readonly Crossing[];
}

/** The climbs of both arms, over the blocks that both climbed to their ends. */
export function climbsOf(
  { plan, limits, arms }: Pick<CapacityConfig, 'plan' | 'limits' | 'arms'>,
  tries: readonly TrialsOfArm[],
): [baseline: ArmClimbs, treatment: ArmClimbs] {
  const all = crossingsOf(plan, limits, tries);
  // Errors have no curve; and of two deployments that exchange their settings each has a curve of its own.
  const byErrors = ({ p95Ms, errorRate }: RateTrial) => errorRate > limits.errorRate && p95Ms <= limits.p95Ms;
  const byShares = plan.deployments !== 'crossed' && !tries.flat(2).some(byErrors);
  const rates = byShares
    ? all.map((crossings, arm) => ratesOf(limits, crossings, tries[arm] ?? [])).filter((of) => of !== null)
    : [];
  // Both arms in one way, or the loss would be between the ways.
  const climbs = (arm: 0 | 1): ArmClimbs => {
    const crossings = all[arm] ?? [];
    return { name: arms[arm].name, crossings, rates: rates.length === 2 ? (rates[arm] ?? []) : crossings };
  };
  return [climbs(0), climbs(1)];
}

/** @returns null where some block has no crossing, or where there are too few tries */
function ratesOf(
  limits: Readonly<CapacityLimits>,
  crossings: readonly Crossing[],
  tries: TrialsOfArm,
): Crossing[] | null {
  const crossed = crossings.filter((at) => at.kind === 'crossed');
  if (crossed.length === 0 || crossed.length < crossings.length) return null;
  const around = Math.exp(meanOf(crossed.map(({ perSecond }) => Math.log(perSecond))));
  const told = tries
    .slice(0, crossings.length)
    .map((ofBlock) => ofBlock.filter((one) => outcomeOf(one, limits) !== 'late'));
  const rates = ratesByBlock(told, around);
  return rates?.map((perSecond) => ({ kind: 'crossed', perSecond })) ?? null;
}

/** Where each arm ended in each block that every arm climbed to its end. */
export function crossingsOf(
  plan: CapacityPlan,
  limits: Readonly<CapacityLimits>,
  arms: readonly TrialsOfArm[],
): Crossing[][] {
  const ends = arms.map((tries) =>
    Array.from({ length: plan.blocks }, (_, block) => endOf(plan, limits, tries, block)),
  );
  const whole = Array.from({ length: plan.blocks }, (_, block) => ends.every((of) => of[block] !== null));
  return ends.map((of) => of.filter((end): end is Crossing => end !== null).slice(0, wholeFrom(whole)));
}

/** Blocks are climbed one after the other: those before the first that is not whole. */
function wholeFrom(whole: readonly boolean[]): number {
  const broken = whole.indexOf(false);
  return broken === -1 ? whole.length : broken;
}

function endOf(
  plan: CapacityPlan,
  limits: Readonly<CapacityLimits>,
  tries: TrialsOfArm,
  block: number,
): Crossing | null {
  if ((tries[block] ?? []).length === 0) return null;
  const step = stepOf(plan, limits, tries, block);
  return step.kind === 'ended' ? step.at : null;
}
