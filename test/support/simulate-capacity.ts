/** A server whose capacity is known, in a simulation: one worker, a first-come queue, a fixed time of work for each request. */
import { arrivalTimes } from '../../lib/experiment/plan.ts';
import { meanOf } from '../../lib/statistics/t-test.ts';
import { quantile } from '../../lib/statistics/quantile.ts';
import { seeded, type Random } from '../../lib/statistics/random.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { climbsOf, stepOf, turnsOf, type Climbs } from '../../lib/experiment/capacity/climbs.ts';
import type { CapacityPlan, CapacityLimits } from '../../lib/config/capacity-plan.ts';
import type { RateTrial } from '../../lib/experiment/capacity/rate-trial.ts';
import { LATENESS_LIMIT } from '../../lib/experiment/stream.ts';

/** What one arm costs the server, and what else goes wrong. */
export interface SimulatedArm {
  /** Work of one request. */
  serviceMs: Milliseconds;
  /** By how much it differs from try to try, as the standard deviation of its logarithm: a machine is not the same all the time. */
  spread?: number;
  /** Chance of a try that a stall spoils: every answer in it is as late as a time-out. */
  stalls?: number;
  /** Requests a second from which on the load generator is late. */
  generatorPerSecond?: number;
}

/** The climbs of a whole plan against simulated arms. */
export function simulateCapacity(
  plan: CapacityPlan,
  limits: CapacityLimits,
  arms: readonly SimulatedArm[],
): Climbs {
  const named = (name: string) => ({ name, flags: {} });
  return climbsOf(
    { plan, limits, arms: [named('baseline'), named('treatment')] },
    simulateTries(plan, limits, arms),
  );
}

/** Climbs a whole plan against simulated arms; gives every try, by arm, block and number. */
export function simulateTries(
  plan: CapacityPlan,
  limits: CapacityLimits,
  arms: readonly SimulatedArm[],
): RateTrial[][][] {
  const random = seeded(`${plan.seed}/simulation`);
  const tries: RateTrial[][][] = arms.map(() => []);
  for (let block = 0; block < plan.blocks; block += 1) {
    for (const ofArm of tries) ofArm.push([]);
    for (let round = 0, climbing = true; climbing; round += 1) {
      climbing = false;
      for (const arm of turnsOf(plan, block, round, arms.length)) {
        const step = stepOf({ plan, limits }, tries[arm] ?? [], block);
        const simulated = arms[arm];
        if (step.kind === 'ended' || simulated === undefined) continue;
        tries[arm]?.[block]?.push(simulateTry(plan, limits, simulated, step.perSecond, random));
        climbing = true;
      }
    }
  }
  return tries;
}

/** One try: Poisson arrivals into a queue that is empty at the start of settling (Lindley's recursion). */
export function simulateTry(
  { seconds, settleSeconds }: Pick<CapacityPlan, 'seconds' | 'settleSeconds'>,
  { p95Ms }: Pick<CapacityLimits, 'p95Ms'>,
  { serviceMs, spread = 0, stalls = 0, generatorPerSecond = Infinity }: SimulatedArm,
  perSecond: number,
  random: Random,
): RateTrial {
  const length = (settleSeconds + seconds) * 1_000;
  const arrivals = arrivalTimes(Math.round((perSecond * length) / 1_000), length, 'poisson', random);
  const latencies: Milliseconds[] = [];
  const workMs = serviceMs * Math.exp(spread * random.normal());
  let free = 0;
  for (const arrival of arrivals) {
    free = Math.max(free, arrival) + workMs;
    if (arrival >= settleSeconds * 1_000) latencies.push(free - arrival);
  }
  const isStalled = random.uniform() < stalls;
  return {
    perSecond,
    p95Ms: isStalled ? 10_000 : quantile(latencies, 0.95),
    slowShare: isStalled ? 1 : latencies.filter((ms) => ms > p95Ms).length / latencies.length,
    errorRate: 0,
    latenessMs: perSecond > generatorPerSecond ? 2 * LATENESS_LIMIT : 0,
    requests: latencies.length,
  };
}

/** Tries by which the limit of a server is found that differs from try to try. */
const MANY_TRIES = 300;

/**
 * The rate at which P95 of all requests reaches its limit where the server differs from try to try: as many tries, and the
 * rate between half and all of saturation that has 5 % of their requests over the limit.
 */
export function limitOfAll(
  plan: Pick<CapacityPlan, 'seconds' | 'settleSeconds'>,
  limits: Pick<CapacityLimits, 'p95Ms'>,
  arm: SimulatedArm,
): number {
  const slowAt = (perSecond: number) => {
    const random = seeded('limit of all');
    const shares = Array.from(
      { length: MANY_TRIES },
      () => simulateTry(plan, limits, arm, perSecond, random).slowShare,
    );
    return meanOf(shares);
  };
  return highestRate(500 / arm.serviceMs, 1_000 / arm.serviceMs, (perSecond) => slowAt(perSecond) <= 0.05);
}

/** Between a rate that holds and one that does not, to a thousandth. */
function highestRate(from: number, to: number, holds: (perSecond: number) => boolean): number {
  let [low, high] = [from, to];
  while (high - low > high / 1_000) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Requests of the long run by which a server's own limit is found. */
const LONG_RUN = 100_000;

/**
 * The rate at which P95 of a server with one worker reaches its limit, from the work that its requests take: a long run of
 * Poisson arrivals, and the rate between none and saturation (1/mean work) that brings its P95 to the limit.
 * @param serviceMs the work of some requests, drawn from with replacement
 */
export function ownLimit(serviceMs: readonly Milliseconds[], p95Ms: Milliseconds): number {
  const random = seeded('own limit');
  const drawn = Array.from({ length: LONG_RUN }, () => ({
    gap: random.exponential(),
    work: serviceMs[random.integer(serviceMs.length)] ?? 0,
  }));
  const p95At = (perSecond: number): Milliseconds => {
    let wait = 0;
    const latencies = drawn.map(({ gap, work }) => {
      wait = Math.max(0, wait - (gap * 1_000) / perSecond);
      wait += work;
      return wait;
    });
    return quantile(latencies, 0.95);
  };
  const saturation = (1_000 * LONG_RUN) / drawn.reduce((sum, { work }) => sum + work, 0);
  return highestRate(0, saturation, (perSecond) => p95At(perSecond) <= p95Ms);
}
