/**
 * How long each arm must be under load before its latency decides. What comes each P seconds is seen by 95 of 100
 * sessions only after three times as long; no interval knows of what was not there to see.
 */
import { LEAST_BLOCKS, planSize, type Mode, type Plan, type PlanProblem } from './experiment-plan.ts';

const PERIODS = 3;

/** The first block after which latency may decide. A block has each arm under load for `seconds`. */
export function firstLook(
  { mode, seconds }: Pick<Plan, 'seconds'> & { readonly mode: Mode },
  leastSeconds: number,
): number {
  return Math.max(LEAST_BLOCKS[mode], Math.ceil(leastSeconds / seconds));
}

/** What recurs within so many seconds was looked for by so many blocks. */
export function recurrenceSeconds({ seconds }: Pick<Plan, 'seconds'>, blocks: number): number {
  return (blocks * seconds) / PERIODS;
}

/** Why a plan can never decide by latency; `null` if it can. */
export function exposureProblem(plan: Plan, leastSeconds: number): PlanProblem | null {
  const exposed = plan.blocks * plan.seconds;
  if (exposed >= leastSeconds) return null;
  const blocks = firstLook(plan, leastSeconds);
  const minutes = (planSize({ ...plan, blocks }).seconds / 60).toFixed(1);
  return {
    wrong: `leastSeconds ${leastSeconds}, but ${plan.blocks} blocks of ${plan.seconds} s have each arm under load for ${exposed} s`,
    needed: `at least ${blocks} blocks (${minutes} minutes), or leastSeconds ${exposed}`,
  };
}
