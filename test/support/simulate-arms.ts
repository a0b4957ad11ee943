import type { ArmMeasurement } from '../../lib/experiment/measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { orderOf } from '../../lib/experiment/plan.ts';
import type { Random } from '../../lib/statistics/random.ts';
import { armOf, armOfP95s } from './arms.ts';
import {
  addEffect,
  ARM_SPREAD,
  BLOCK_SPREAD,
  drawStream,
  MU,
  p95Of,
  stallsIn,
  type Effect,
  type Session,
} from './simulate.ts';

/** What an arm adds to the latency of each request: a constant, and one more effect. */
export interface ArmEffect {
  readonly constantMs: Milliseconds;
  readonly effect: Effect;
}

/** One simulated session of many arms. */
export interface ArmsSession extends Pick<
  Session,
  'blocks' | 'requests' | 'correlation' | 'ramp' | 'stalls'
> {
  readonly arms: ReadonlyMap<string, ArmEffect>;
}

/** Draws one session, its arms in the random order of a plan. */
export function simulateArms(session: ArmsSession, random: Random): ArmMeasurement[] {
  const names = [...session.arms.keys()];
  const drawn: number[][][] = names.map(() => []);
  const plan = { seed: String(random.integer(0x7fffffff)), arms: names.map((name) => ({ name, flags: {} })) };
  const visits = session.blocks * names.length;
  const stall = session.stalls && stallsIn(session.stalls, visits, random);
  for (let block = 0, clock = 0; block < session.blocks; block++) {
    const level = MU + BLOCK_SPREAD * random.normal();
    orderOf(plan, block).forEach((arm, place) => {
      const drift = Math.log(1 + (session.ramp * (block * names.length + place)) / (visits - 1));
      const stream = drawStream(session, level + drift + ARM_SPREAD * random.normal(), random);
      const { constantMs, effect } = effectOf(session, names[arm] ?? '');
      addEffect(stream, effect, random);
      clock = stall?.add(stream, arm, clock) ?? 0;
      drawn[arm]?.push(stream.map((latency) => latency + constantMs));
    });
  }
  return names.map((name, arm) => armOf(name, drawn[arm] ?? []));
}

/** The arms with their true P95s, in sessions without a ramp, as a measurement of one block. */
export function trueArms({ arms }: Pick<ArmsSession, 'arms'>): ArmMeasurement[] {
  return [...arms].map(([name, { constantMs, effect }]) => armOfP95s(name, [p95Of(effect) + constantMs]));
}

function effectOf({ arms }: ArmsSession, name: string): ArmEffect {
  return arms.get(name) ?? { constantMs: 0, effect: { kind: 'none' } };
}
