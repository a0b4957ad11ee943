/** The blocks of an experiment: in which order its arms run, when each request starts, and what it sends. */
import { planSize, SETTLE_SPREAD, type Plan } from '../config/experiment-plan.ts';
import { seeded, shuffled, type Random } from '../statistics/random.ts';
import type { PerSecond, Seconds } from '../../thresholds/types.ts';

/** One block. Both modes use its arrivals and payloads for all arms alike. */
export interface Block {
  /**
   * Start of each request, in ms from the start of the arm (toggle) or block (header), ascending. The same in each
   * arm of the block, so that only the flags differ.
   */
  readonly arrivals: readonly number[];
  /** `seeded(payloadSeed)` draws the payloads, in the order of the arrivals; again the same in each arm. */
  readonly payloadSeed: string;
  /** The arm of each request by its index in the plan (header); empty in toggle mode. */
  readonly assignment: readonly number[];
}

/** Block `index` (from 0) of a plan. Made when it is needed: a whole plan of arrivals is large. */
export function blockOf(plan: Plan, index: number): Block {
  const { requestsPerArmAndBlock } = planSize(plan);
  const inHeader = plan.mode === 'header';
  const count = inHeader ? requestsPerArmAndBlock * plan.arms.length : requestsPerArmAndBlock;
  const random = seeded(`${plan.seed}/block/${index}`);
  return {
    arrivals: arrivalTimes(count, plan.seconds * 1000, plan.arrivals, random),
    payloadSeed: `${plan.seed}/payload/${index}`,
    assignment: inHeader ? balanced(requestsPerArmAndBlock, plan.arms.length, random) : [],
  };
}

/** A part of a block, in which each arm has its turn: all of it, or the half before or after the deployments are exchanged. */
interface BlockPart extends Pick<Block, 'arrivals' | 'payloadSeed'> {
  readonly isCrossed: boolean;
  /** The arms by their index in the plan. */
  readonly order: readonly number[];
}

/** The parts of a block of whole-system arms. Where blocks meet, nothing is exchanged. */
export function partsOf(plan: Plan, index: number, { arrivals, payloadSeed }: Block): BlockPart[] {
  const order = orderOf(plan, index);
  if (plan.deployments !== 'crossed') return [{ isCrossed: false, order, arrivals, payloadSeed }];
  const middle = plan.seconds * 500;
  const isFirstCrossed = index % 2 === 1;
  return [
    { isCrossed: isFirstCrossed, order, arrivals: arrivals.filter((at) => at < middle), payloadSeed },
    {
      isCrossed: !isFirstCrossed,
      order: order.toReversed(),
      arrivals: arrivals.filter((at) => at >= middle).map((at) => at - middle),
      payloadSeed: `${payloadSeed}/second`,
    },
  ];
}

/**
 * The order of the arms in block `index`, by their index in the plan: random in the first block of each pair of
 * blocks, and its reverse in the second (ABBA or BAAB), so that a steady drift cancels within the pair.
 */
export function orderOf(plan: Pick<Plan, 'seed' | 'arms'>, index: number): number[] {
  const arms = plan.arms.map((_, arm) => arm);
  const order = shuffled(arms, seeded(`${plan.seed}/order/${Math.floor(index / 2)}`));
  return index % 2 === 0 ? order : order.reverse();
}

/** How long one arm settles. */
export function settleSecondsOf({ settleSeconds }: Pick<Plan, 'settleSeconds'>, random: Random): number {
  return settleSeconds * (1 + SETTLE_SPREAD * (2 * random.uniform() - 1));
}

/**
 * Start times of `count` requests within `length` ms. Poisson arrivals are drawn for a fixed number: given how many
 * there are, those of a Poisson process lie like sorted uniform times. They come from sums of exponential gaps.
 */
export function arrivalTimes(
  count: number,
  length: number,
  kind: Plan['arrivals'],
  random: Random,
): number[] {
  if (kind === 'even') return Array.from({ length: count }, (_, i) => (i * length) / count);
  let time = 0;
  const times = Array.from({ length: count }, () => (time += random.exponential()));
  const end = time + random.exponential();
  return times.map((at) => (at / end) * length);
}

/** Start times within a warm-up that rises steadily from nothing to a rate. */
export function risingTimes(perSecond: PerSecond, seconds: Seconds): number[] {
  const count = Math.round((perSecond * seconds) / 2);
  return Array.from({ length: count }, (_, i) => seconds * 1_000 * Math.sqrt(i / count));
}

/** Arms at random but balanced: each in turn of `arms` requests goes to another arm. */
function balanced(rounds: number, arms: number, random: Random): number[] {
  const all = Array.from({ length: arms }, (_, arm) => arm);
  return Array.from({ length: rounds }, () => shuffled(all, random)).flat();
}
