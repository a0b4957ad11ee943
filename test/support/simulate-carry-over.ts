/** Sessions in which an arm may still feel the one before. */
import type { Visit } from '../../lib/experiment/measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { orderOf } from '../../lib/experiment/plan.ts';
import type { Random } from '../../lib/statistics/random.ts';
import { ARM_SPREAD, BLOCK_SPREAD } from './simulate.ts';

export const CARRY_ARMS = ['baseline', 'treatment'] as const;
export const ARM_SECONDS = 2;
export const SETTLE_SECONDS = 0.5;

/**
 * What is added to a request.
 * @param seconds since the arm's switch, settling included
 * @param switched whether the arm before was the other one
 */
export type Delay = (seconds: number, arm: (typeof CARRY_ARMS)[number], switched: boolean) => Milliseconds;

/** Lognormal latencies of e^3 ms, σ 0.4, in the order of ABBA. */
export function simulateVisits(blocks: number, requests: number, delay: Delay, random: Random): Visit[] {
  const plan = {
    seed: String(random.integer(0x7fffffff)),
    arms: CARRY_ARMS.map((name) => ({ name, flags: {} })),
  };
  let before: string | null = null;
  return Array.from({ length: blocks }, (_, b) => ({
    order: orderOf(plan, b),
    level: 3 + BLOCK_SPREAD * random.normal(),
  }))
    .flatMap(({ order, level }) => order.map((index) => ({ arm: CARRY_ARMS[index === 0 ? 0 : 1], level })))
    .map(({ arm, level }, i) => {
      const switched = before !== null && before !== arm;
      before = arm;
      const mu = level + ARM_SPREAD * random.normal();
      const dueMs = Float64Array.from(
        { length: requests },
        () => 1_000 * ARM_SECONDS * random.uniform(),
      ).sort();
      const latencyMs = dueMs.map(
        (due) => Math.exp(mu + 0.4 * random.normal()) + delay(SETTLE_SECONDS + due / 1_000, arm, switched),
      );
      return { arm, startedAtMs: i * 1_000 * (ARM_SECONDS + SETTLE_SECONDS), dueMs, latencyMs };
    });
}
