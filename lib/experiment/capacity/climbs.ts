/** All climbs of a run: whose turn it is, and where they ended. */
import type { CapacityConfig } from '../../config/capacity-config.ts';
import { seeded, shuffled } from '../../statistics/random.ts';
import { nextStep, startOf, type Crossing, type Step } from './climb.ts';
import { capacityOf } from './estimate.ts';
import { ladderOf } from '../../load/ladder.ts';
import type { CapacityPlan } from '../../config/capacity-plan.ts';
import { LATENESS_LIMIT } from '../stream.ts';
import type { RateTrial } from './rate-trial.ts';
import { ratesByBlock } from './slow-curve.ts';

/** The tries of one arm, block by block, in their order. */
export type TrialsOfArm = readonly (readonly RateTrial[])[];

/** What a climb follows from, beside its tries. */
type Climbing = Pick<CapacityConfig, 'plan' | 'limits'>;

/** What one arm does next in a block. */
export function stepOf(config: Climbing, tries: TrialsOfArm, block: number): Step {
  const { plan, limits } = config;
  const rungs = ladderOf(plan, block);
  const former = block === 0 ? null : endOf(config, tries, block - 1);
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

/** Whether the deployments have exchanged their settings in a block: in half of them, two in a row to exchange seldom. */
export function isCrossedBlock({ deployments }: Pick<CapacityPlan, 'deployments'>, block: number): boolean {
  return deployments === 'crossed' && [1, 2].includes(block % 4);
}

/** The climbs of one arm, block by block. */
export interface ArmClimbs {
  readonly name: string;
  /** Where each ended. */
  readonly crossings: readonly Crossing[];
  /**
   * What each block makes of the capacity, by the shares of slow requests in all tries (`ratesByBlock`); the crossings
   * themselves where these do not tell it for both arms.
   */
  readonly rates: readonly Crossing[];
}

export type Climbs = readonly [baseline: ArmClimbs, treatment: ArmClimbs];

/** The climbs of both arms, over the blocks that both climbed to their ends. */
export function climbsOf(
  config: Pick<CapacityConfig, 'plan' | 'limits' | 'arms'>,
  tries: readonly TrialsOfArm[],
): Climbs {
  const { plan, arms } = config;
  const [baseline = [], treatment = []] = crossingsOf(config, tries);
  const ofBaseline = ratesOf(baseline, tries[0] ?? []);
  const ofTreatment = ratesOf(treatment, tries[1] ?? []);
  // Both arms in the same way, or the loss would hold what the ways differ by; and two deployments that exchange their
  // settings have a curve each.
  const byShares = plan.deployments !== 'crossed' && ofBaseline !== null && ofTreatment !== null;
  return [
    { name: arms[0].name, crossings: baseline, rates: byShares ? ofBaseline : baseline },
    { name: arms[1].name, crossings: treatment, rates: byShares ? ofTreatment : treatment },
  ];
}

/** @returns null where a climb ended at anything but the limit of P95, or where the tries show no crossing */
function ratesOf(crossings: readonly Crossing[], tries: TrialsOfArm): Crossing[] | null {
  const ends = capacityOf(crossings);
  const byErrors = crossings.some((at) => at.kind === 'crossed' && at.byErrors === true);
  if (ends.kind !== 'estimate' || byErrors) return null;
  // Late requests come in bunches, which wait for each other.
  const told = tries
    .slice(0, crossings.length)
    .map((ofBlock) => ofBlock.filter(({ latenessMs }) => latenessMs <= LATENESS_LIMIT));
  const rates = ratesByBlock(told, ends.value);
  return rates?.map((perSecond) => ({ kind: 'crossed', perSecond })) ?? null;
}

/** Where each arm ended in each block, up to the first that one of them has not climbed to its end. */
function crossingsOf(config: Climbing, arms: readonly TrialsOfArm[]): Crossing[][] {
  const crossings = arms.map((): Crossing[] => []);
  for (let block = 0; block < config.plan.blocks; block += 1) {
    const ends = arms.map((tries) => endOf(config, tries, block));
    if (!ends.every((end) => end !== null)) break;
    ends.forEach((end, arm) => crossings[arm]?.push(end));
  }
  return crossings;
}

function endOf(config: Climbing, tries: TrialsOfArm, block: number): Crossing | null {
  if ((tries[block] ?? []).length === 0) return null;
  const step = stepOf(config, tries, block);
  return step.kind === 'ended' ? step.at : null;
}
