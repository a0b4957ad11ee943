/**
 * How long each arm must be under load before its latency decides. What comes each P seconds is seen by 95 of 100
 * sessions only after three times as long; no interval knows of what was not there to see.
 */
import { planSize, type Plan } from './plan.ts';
import { LEAST_BLOCKS } from './verdict.ts';

const PERIODS = 3;

/** For how many seconds a block has each arm under load. In header mode all arms are, all the time. */
export function exposureOfBlock({ seconds }: Pick<Plan, 'seconds'>): number {
  return seconds;
}

/** The first block after which latency may decide. */
export function firstLook(plan: Pick<Plan, 'mode' | 'seconds'>, leastSeconds: number): number {
  return Math.max(LEAST_BLOCKS[plan.mode], Math.ceil(leastSeconds / exposureOfBlock(plan)));
}

/** What recurs within so many seconds was looked for by so many blocks. */
export function recurrenceSeconds(plan: Pick<Plan, 'seconds'>, blocks: number): number {
  return (blocks * exposureOfBlock(plan)) / PERIODS;
}

/** Why a plan can never decide by latency; empty if it can. */
export function exposureErrors(plan: Plan, leastSeconds: number): string[] {
  const seconds = plan.blocks * exposureOfBlock(plan);
  if (seconds >= leastSeconds) return [];
  const blocks = firstLook(plan, leastSeconds);
  const minutes = (planSize({ ...plan, blocks }).seconds / 60).toFixed(1);
  return [
    `leastSeconds, blocks: ${plan.blocks} blocks of ${plan.seconds} s have each arm under load for ${seconds} s, ` +
      `and ${leastSeconds} s are asked for; expected ${blocks} blocks or more (${minutes} minutes), or a smaller leastSeconds`,
  ];
}
