import { mean } from 'simple-statistics';
import { at } from '../../lib/statistics/element.ts';
import type { ArmMeasurement, BlockMeasurement, Milliseconds } from '../../lib/experiment/measurement.ts';
import { normalTail } from '../../lib/statistics/normal.ts';
import { orderOf } from '../../lib/experiment/plan.ts';
import { quantileInPlace } from '../../lib/statistics/quantile.ts';
import { tailAndP95 } from '../../lib/experiment/session.ts';
import type { Random } from '../../lib/statistics/random.ts';

/** What a treatment adds to the latency of a request. */
export type Effect =
  | { readonly kind: 'none' }
  /** The same to each request. */
  | { readonly kind: 'constant'; readonly ms: Milliseconds }
  /** An exponential delay of this mean. */
  | { readonly kind: 'exponential'; readonly mean: Milliseconds }
  /** Latency times `by`. */
  | { readonly kind: 'multiplied'; readonly by: number }
  /** A delay to a share of the requests, 0…1. */
  | { readonly kind: 'partial'; readonly share: number; readonly ms: Milliseconds };

/** One simulated session: a toggle experiment of two arms. */
export interface Session {
  readonly blocks: number;
  /** Requests per arm and block. */
  readonly requests: number;
  /** Autocorrelation of log latency from one request of an arm to the next, 0…1. */
  readonly correlation: number;
  /** Latency grows by this share from the session's start to its end. */
  readonly ramp: number;
  readonly effect: Effect;
  /** Both blocks' arms in the order of a plan, or the baseline of all blocks first. */
  readonly order: 'random' | 'baseline first';
}

/** Latency without an effect: lognormal, mean 100 ms and standard deviation 50 ms. */
const MEAN: Milliseconds = 100;
const DEVIATION: Milliseconds = 50;
/** σ and µ of log latency: σ² = ln(1 + (sd/mean)²), µ = ln mean − σ²/2. */
const SIGMA = Math.sqrt(Math.log(1 + (DEVIATION / MEAN) ** 2));
export const MU = Math.log(MEAN) - SIGMA ** 2 / 2;
/** Standard deviation of log latency between blocks (both arms alike), and between the arms of one block. */
export const BLOCK_SPREAD = 0.05;
export const ARM_SPREAD = 0.02;

/** A simulated session: for each arm all latencies in the order of their blocks, and each block's P95. */
export interface Simulated {
  readonly requests: number;
  readonly latencies: readonly [readonly Milliseconds[], readonly Milliseconds[]];
  readonly blocks: readonly [readonly BlockMeasurement[], readonly BlockMeasurement[]];
}

/** Draws one session. */
export function simulate(session: Session, random: Random): Simulated {
  const latencies: [number[], number[]] = [[], []];
  const blocks: [BlockMeasurement[], BlockMeasurement[]] = [[], []];
  const seed = String(random.integer(0x7fffffff));
  for (let b = 0; b < session.blocks; b++) {
    const level = MU + BLOCK_SPREAD * random.normal();
    const [first] = orderOf({ seed, arms: ARMS }, b);
    for (const arm of [0, 1] as const) {
      const drift = Math.log(1 + session.ramp * placeOf(session, b, arm, first === arm));
      const stream = drawStream(session, level + drift + ARM_SPREAD * random.normal(), random);
      if (arm === 1) addEffect(stream, session.effect, random);
      for (const latency of stream) latencies[arm].push(latency);
      blocks[arm].push({ p95: quantileInPlace(stream, 0.95), requests: session.requests });
    }
  }
  return { requests: session.requests, latencies, blocks };
}

/** What an experiment has measured after its first `count` blocks: arms "baseline" and "treatment". */
export function measuredAfter({ requests, latencies, blocks }: Simulated, count: number): ArmMeasurement[] {
  return ([0, 1] as const).map((arm) => ({
    name: ARMS[arm].name,
    ...tailAndP95(latencies[arm].slice(0, count * requests)),
    requests: count * requests,
    errors: 0,
    blocks: blocks[arm].slice(0, count),
  }));
}

const ARMS = [
  { name: 'baseline', flags: {} },
  { name: 'treatment', flags: {} },
] as const;

/** When an arm of a block runs, as a share of the session, 0…1. */
function placeOf({ blocks, order }: Session, block: number, arm: 0 | 1, first: boolean): number {
  const slot = order === 'random' ? 2 * block + (first ? 0 : 1) : arm * blocks + block;
  return slot / (2 * blocks - 1);
}

/** Latencies whose logarithm is normal and autocorrelated of first order, with deviation SIGMA throughout. */
export function drawStream(
  { requests, correlation }: Pick<Session, 'requests' | 'correlation'>,
  level: number,
  random: Random,
): number[] {
  const innovation = Math.sqrt(1 - correlation ** 2);
  const stream: number[] = [];
  for (let i = 0, z = random.normal(); i < requests; i++) {
    z = correlation * z + innovation * random.normal();
    stream.push(Math.exp(level + SIGMA * z));
  }
  return stream;
}

/** Adds an effect to each latency of a stream. */
export function addEffect(stream: number[], effect: Effect, random: Random): void {
  const changed = affect(effect, random);
  for (let i = 0; i < stream.length; i++) stream[i] = changed(at(stream, i));
}

function affect(effect: Effect, random: Random): (latency: number) => number {
  switch (effect.kind) {
    case 'none':
      return (latency) => latency;
    case 'constant':
      return (latency) => latency + effect.ms;
    case 'exponential':
      return (latency) => latency + effect.mean * random.exponential();
    case 'multiplied':
      return (latency) => latency * effect.by;
    case 'partial':
      return (latency) => (random.uniform() < effect.share ? latency + effect.ms : latency);
  }
}

/**
 * The true overhead of an effect, in sessions without a ramp: the difference of the two P95s, solved numerically
 * from the distributions of latency over all blocks. It is not the mean delay: an exponential delay of mean 60 ms moves P95 by
 * twice as much.
 */
export function trueOverhead(effect: Effect): Milliseconds {
  return p95Of(effect) - p95Of({ kind: 'none' });
}

/** The true P95 of latency with an effect. */
export function p95Of(effect: Effect): Milliseconds {
  let low = 0;
  let high = 1e5;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (exceeds(middle, effect) > 0.05) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(latency with the effect > x). */
function exceeds(x: Milliseconds, effect: Effect): number {
  switch (effect.kind) {
    case 'none':
      return latencyExceeds(x);
    case 'constant':
      return latencyExceeds(x - effect.ms);
    case 'multiplied':
      return latencyExceeds(x / effect.by);
    case 'partial':
      return (1 - effect.share) * latencyExceeds(x) + effect.share * latencyExceeds(x - effect.ms);
    case 'exponential':
      return midpoint((u) => latencyExceeds(x + effect.mean * Math.log(1 - u)));
  }
}

/** The mean of f over 0…1, by the midpoint rule; for delays as quantiles −mean·ln(1 − u). */
function midpoint(f: (u: number) => number): number {
  const steps = 2000;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += f((i + 0.5) / steps);
  return sum / steps;
}

/** P(latency > x) over all blocks: lognormal, the spreads of blocks and arms added. */
function latencyExceeds(x: Milliseconds): number {
  if (x <= 0) return 1;
  return normalTail((Math.log(x) - MU) / Math.hypot(SIGMA, BLOCK_SPREAD, ARM_SPREAD));
}

/**
 * A session of which only the differences of its blocks are drawn, for skewed ones: the baseline's P95 is 0 in every
 * block, and the number is the mean of the differences.
 */
export function fromDifferences(differences: readonly Milliseconds[]): ArmMeasurement[] {
  const arm = (name: string, p95s: readonly number[]): ArmMeasurement => ({
    name,
    p95: mean([...p95s]),
    requests: p95s.length,
    errors: 0,
    blocks: p95s.map((p95) => ({ p95, requests: 1 })),
  });
  const baseline = differences.map(() => 0);
  return [arm(ARMS[0].name, baseline), arm(ARMS[1].name, differences)];
}
