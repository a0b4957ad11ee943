import { at } from '../../lib/statistics/element.ts';
import type { ArmMeasurement } from '../../lib/experiment/measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { measureArm } from '../../lib/experiment/session.ts';
import { normalTail } from '../../lib/statistics/normal.ts';
import { orderOf } from '../../lib/experiment/plan.ts';
import type { Random } from '../../lib/statistics/random.ts';
import { NO_ANSWER_MS } from './arms.ts';

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
  /** Of log latency; by default that of mean 100 ms and standard deviation 50 ms. */
  readonly base?: { readonly mu: number; readonly sigma: number };
  /** What else the treatment of a block adds to each of its requests, in ms. */
  readonly shift?: (random: Random) => Milliseconds;
  /** Seconds in which the target stalls. */
  readonly stalls?: Stalls;
}

/** All requests that start in a stall are so much slower. */
export interface Stalls {
  readonly seconds: number;
  /** From the start of one to that of the next; `random`: on average, and each as likely at any time. */
  readonly everySeconds: number;
  readonly random: boolean;
  readonly ms: Milliseconds;
  readonly bothArms: boolean;
  /** Length of an arm in a block, and of the settling before it. */
  readonly armSeconds: number;
  readonly settleSeconds: number;
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

/** A simulated session: for each arm and block all latencies, in ascending order. */
export interface Simulated {
  readonly blocks: readonly [readonly Float64Array[], readonly Float64Array[]];
}

/** Draws one session. */
export function simulate(session: Session, random: Random): Simulated {
  const blocks: [Float64Array[], Float64Array[]] = [[], []];
  const seed = String(random.integer(0x7fffffff));
  const stall = session.stalls && stallsIn(session.stalls, 2 * session.blocks, random);
  for (let b = 0, clock = 0; b < session.blocks; b++) {
    const level = (session.base?.mu ?? MU) + BLOCK_SPREAD * random.normal();
    for (const arm of orderOf({ seed, arms: ARMS }, b)) {
      const isFirst = orderOf({ seed, arms: ARMS }, b)[0] === arm;
      const drift = Math.log(1 + session.ramp * placeOf(session, b, arm, isFirst));
      const stream = drawStream(session, level + drift + ARM_SPREAD * random.normal(), random);
      if (arm === 1) {
        addEffect(stream, session.effect, random);
        const shift = session.shift?.(random) ?? 0;
        if (shift !== 0) for (let i = 0; i < stream.length; i++) stream[i] = at(stream, i) + shift;
      }
      clock = stall?.add(stream, arm, clock) ?? 0;
      blocks[arm === 0 ? 0 : 1].push(Float64Array.from(stream).sort());
    }
  }
  return { blocks };
}

/**
 * The stalls of one session; `add` slows an arm's requests down and gives the time after it.
 * @param visits of all arms together
 */
export function stallsIn(stalls: Stalls, visits: number, random: Random) {
  const { seconds, everySeconds, armSeconds, settleSeconds } = stalls;
  const end = visits * (armSeconds + settleSeconds);
  const starts: number[] = [];
  // A stall that began before the session may reach into it.
  let next = -everySeconds * (stalls.random ? 5 : 1 + random.uniform());
  while (next < end) {
    starts.push(next);
    next += stalls.random ? seconds + (everySeconds - seconds) * random.exponential() : everySeconds;
  }
  const isIn = (time: number) => starts.some((start) => start <= time && time < start + seconds);
  return {
    add(stream: number[], arm: number, clock: number): number {
      const from = clock + settleSeconds;
      if (arm > 0 || stalls.bothArms) {
        const near = starts.some((start) => start < from + armSeconds && start + seconds > from);
        for (let i = 0; near && i < stream.length; i++)
          if (isIn(from + armSeconds * random.uniform())) stream[i] = at(stream, i) + stalls.ms;
      }
      return from + armSeconds;
    },
  };
}

/** What an experiment has measured after its first `count` blocks: arms "baseline" and "treatment". */
export function measuredAfter({ blocks }: Simulated, count: number): ArmMeasurement[] {
  return ([0, 1] as const).map((arm) =>
    measureArm(ARMS[arm].name, blocks[arm].slice(0, count), 0, NO_ANSWER_MS),
  );
}

const ARMS = [
  { name: 'baseline', flags: {} },
  { name: 'treatment', flags: {} },
] as const;

/** When an arm of a block runs, as a share of the session, 0…1. */
function placeOf({ blocks, order }: Session, block: number, arm: number, first: boolean): number {
  const slot = order === 'random' ? 2 * block + (first ? 0 : 1) : arm * blocks + block;
  return slot / (2 * blocks - 1);
}

/** Latencies whose logarithm is normal and autocorrelated of first order, with one deviation throughout. */
export function drawStream(
  { requests, correlation, base }: Pick<Session, 'requests' | 'correlation' | 'base'>,
  level: number,
  random: Random,
): number[] {
  const sigma = base?.sigma ?? SIGMA;
  const innovation = Math.sqrt(1 - correlation ** 2);
  const stream: number[] = [];
  for (let i = 0, z = random.normal(); i < requests; i++) {
    z = correlation * z + innovation * random.normal();
    stream.push(Math.exp(level + sigma * z));
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
 * The constant that makes the true overhead `overhead` where each block of the treatment is shifted by it and a draw of
 * its own.
 */
export function centreOf(
  draw: (random: Random) => Milliseconds,
  overhead: Milliseconds,
  random: Random,
): number {
  const shifts = Array.from({ length: 20_000 }, () => draw(random));
  const p95 = p95Of({ kind: 'none' }) + overhead;
  const exceeds = (centre: number) =>
    shifts.reduce((sum, shift) => sum + latencyExceeds(p95 - centre - shift), 0) / shifts.length;
  let [low, high] = [overhead - 1_000, overhead + 1_000];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (exceeds(middle) > 0.05) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
