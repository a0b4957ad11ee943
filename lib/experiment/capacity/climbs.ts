/** All climbs of a run: whose turn it is, and where they ended. */
import { seeded, shuffled } from '../../statistics/random.ts';
import { nextStep, startOf, type Crossing, type Step } from './climb.ts';
import { ladderOf } from '../../load/ladder.ts';
import type { CapacityPlan, CapacityLimits } from '../../config/capacity-plan.ts';
import type { RateTrial } from './rate-trial.ts';

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
