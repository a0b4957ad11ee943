/** How one capacity run climbs, and whether a plan can find anything. */
import type { Milliseconds, PerSecond, Seconds, Share } from '../../thresholds/types.ts';
import { tooFewRequests, type Exchange, type PlanProblem } from './experiment-plan.ts';

/** Its seed determines ladders, order, arrivals and payloads. */
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
  /** Each arm has a deployment of its own; `crossed`: in half of the blocks they have exchanged their settings. */
  readonly deployments?: Exchange;
}

/** What must hold at a rate for it to count as one that the target can take. */
export interface CapacityLimits {
  p95Ms: Milliseconds;
  errorRate: Share;
}

/** What may be asked of the capacities; without either, a run measures and passes. */
export interface CapacityGates {
  /** The most of the baseline's capacity that the treatment may cost. */
  maxLossShare?: Share;
  /** What the treatment must hold. */
  minPerSecond?: PerSecond;
}

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
