/** How one capacity run climbs, and whether a plan can find anything. */
import type { CapacityProfile } from '../../thresholds/types.ts';
import { tooFewRequests, type Exchange, type PlanProblem } from './experiment-plan.ts';

/** Its seed determines ladders, order, arrivals and payloads. */
export interface CapacityPlan extends Readonly<
  Pick<
    CapacityProfile,
    | 'perSecond'
    | 'step'
    | 'resolution'
    | 'ceilingPerSecond'
    | 'seconds'
    | 'settleSeconds'
    | 'warmUpSeconds'
    | 'blocks'
  >
> {
  readonly seed: string;
  /** Each arm has a deployment of its own; `crossed`: in half of the blocks they have exchanged their settings. */
  readonly deployments?: Exchange;
}

/** What must hold at a rate for it to count as one that the target can take. */
export type CapacityLimits = CapacityProfile['limits'];

/** What may be asked of the capacities; without either, a run measures and passes. */
export type CapacityGates = Pick<CapacityProfile, 'maxLossShare' | 'minPerSecond'>;

/** Fewer blocks give an interval that says nothing. */
export const LEAST_CLIMBS = 3;

/** @returns `null` where the plan can run */
export function capacityPlanProblem(plan: CapacityPlan): PlanProblem | null {
  const { perSecond, ceilingPerSecond, seconds, blocks } = plan;
  if (plan.deployments === 'crossed' && (blocks < LEAST_CLIMBS || blocks % 2 !== 0))
    return {
      wrong: `${blocks} blocks with a swap`,
      needed: 'an even number from 4 on: half of them run crossed',
    };
  if (blocks < LEAST_CLIMBS) return { wrong: `${blocks} blocks`, needed: `at least ${LEAST_CLIMBS}` };
  if (ceilingPerSecond < perSecond) {
    return {
      wrong: `ceilingPerSecond of ${ceilingPerSecond}/s is below the first rung`,
      needed: `at least ${perSecond}/s`,
    };
  }
  return tooFewRequests({ rate: perSecond, seconds }, 1, 'at the first rung');
}
