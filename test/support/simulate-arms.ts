import { at } from '../../lib/statistics/element.ts';
import type { ArmMeasurement, Milliseconds } from '../../lib/experiment/measurement.ts';
import { orderOf } from '../../lib/experiment/plan.ts';
import { quantileInPlace } from '../../lib/statistics/quantile.ts';
import type { Random } from '../../lib/statistics/random.ts';
import {
  addEffect,
  ARM_SPREAD,
  BLOCK_SPREAD,
  drawStream,
  MU,
  p95Of,
  type Effect,
  type Session,
} from './simulate.ts';

/** What an arm adds to the latency of each request: a constant, and one more effect. */
export interface ArmEffect {
  readonly constantMs: Milliseconds;
  readonly effect: Effect;
}

/** One simulated session of many arms. */
export interface ArmsSession extends Pick<Session, 'blocks' | 'requests' | 'correlation' | 'ramp'> {
  readonly arms: ReadonlyMap<string, ArmEffect>;
}

/** Draws one session, its arms in the random order of a plan. */
export function simulateArms(session: ArmsSession, random: Random): ArmMeasurement[] {
  const names = [...session.arms.keys()];
  const drawn = names.map((name) => ({ name, latencies: [] as number[], p95s: [] as number[] }));
  const plan = { seed: String(random.integer(0x7fffffff)), arms: names.map((name) => ({ name, flags: {} })) };
  const slots = session.blocks * names.length - 1;
  for (let block = 0; block < session.blocks; block++) {
    const level = MU + BLOCK_SPREAD * random.normal();
    orderOf(plan, block).forEach((arm, place) => {
      const drift = Math.log(1 + (session.ramp * (block * names.length + place)) / slots);
      const stream = drawStream(session, level + drift + ARM_SPREAD * random.normal(), random);
      const into = drawn[arm];
      if (into === undefined) return;
      const { latencies, p95s, name } = into;
      const { constantMs, effect } = effectOf(session, name);
      addEffect(stream, effect, random);
      for (let i = 0; i < stream.length; i++) latencies.push(at(stream, i) + constantMs);
      p95s.push(quantileInPlace(stream, 0.95) + constantMs);
    });
  }
  return drawn.map(({ name, latencies, p95s }) => ({
    name,
    p95: quantileInPlace(latencies, 0.95),
    requests: latencies.length,
    errors: 0,
    blocks: p95s.map((p95) => ({ p95, requests: session.requests })),
  }));
}

/** The arms with their true P95s, in sessions without a ramp, as a measurement of one block. */
export function trueArms({ arms }: Pick<ArmsSession, 'arms'>): ArmMeasurement[] {
  return [...arms].map(([name, { constantMs, effect }]) => {
    const p95 = p95Of(effect) + constantMs;
    return { name, p95, requests: 1, errors: 0, blocks: [{ p95, requests: 1 }] };
  });
}

function effectOf({ arms }: ArmsSession, name: string): ArmEffect {
  return arms.get(name) ?? { constantMs: 0, effect: { kind: 'none' } };
}
