import type { Mode } from './measurement.ts';
import { seeded, shuffled, type Random } from '../statistics/random.ts';
import { LEAST_BLOCKS } from './verdict.ts';

/** A named set of feature flags. */
export interface Arm {
  readonly name: string;
  readonly flags: Readonly<Record<string, boolean>>;
}

/** How one experiment runs. Its seed determines order, arrivals and payloads. */
export interface Plan {
  readonly mode: Exclude<Mode, 'runs'>;
  readonly arms: readonly Arm[];
  readonly blocks: number;
  /** Requests per second while an arm (toggle) or a block (header) runs. */
  readonly rate: number;
  /** Length of one arm in a block (toggle), or of a block with all its arms (header), in seconds. */
  readonly seconds: number;
  /** After each switch: requests are sent, and thrown away, for as long. */
  readonly settleSeconds: number;
  /** Before the first block, in each arm. */
  readonly warmUpSeconds: number;
  readonly arrivals: 'poisson' | 'even';
  readonly seed: string;
}

/** With fewer, P95 rests on under ten requests. */
export const LEAST_REQUESTS = 200;

/** What one plan costs at most. */
export interface PlanSize {
  readonly requestsPerArmAndBlock: number;
  /** Measured requests of all arms and blocks; settling and warm-up come on top. */
  readonly requests: number;
  /** Warm-up, settling and arms; not the time that late answers take. */
  readonly seconds: number;
}

/** Size and length of a plan that is not stopped early. */
export function planSize(plan: Plan): PlanSize {
  const arms = plan.arms.length;
  const inBlock = plan.rate * plan.seconds;
  const requestsPerArmAndBlock = Math.round(plan.mode === 'toggle' ? inBlock : inBlock / arms);
  const block = plan.mode === 'toggle' ? arms * (plan.settleSeconds + plan.seconds) : plan.seconds;
  // In header mode nothing is switched: all arms warm up together.
  const warmUp = plan.mode === 'toggle' ? arms * plan.warmUpSeconds : plan.warmUpSeconds;
  return {
    requestsPerArmAndBlock,
    requests: requestsPerArmAndBlock * arms * plan.blocks,
    seconds: warmUp + plan.blocks * block,
  };
}

/**
 * What is wrong with a plan: one line for each setting, which it names; empty if it can run.
 */
export function planErrors(plan: Plan): string[] {
  const errors = [
    ...numberErrors(plan),
    ...armErrors(plan.arms),
    ...(plan.seed === '' ? ['seed: it is empty; any text will do'] : []),
  ];
  if (errors.length > 0) return errors;
  const least = LEAST_BLOCKS[plan.mode];
  const { requestsPerArmAndBlock: requests } = planSize(plan);
  return [
    ...(plan.blocks >= least ? [] : [`blocks: ${plan.blocks}; mode "${plan.mode}" needs at least ${least}`]),
    ...(requests >= LEAST_REQUESTS ? [] : [tooFewRequests(plan, requests)]),
  ];
}

function numberErrors(plan: Plan): string[] {
  const positive = (['rate', 'seconds'] as const)
    .filter((name) => !(Number.isFinite(plan[name]) && plan[name] > 0))
    .map((name) => `${name}: ${plan[name]}; a number above 0 is needed`);
  const notNegative = (['settleSeconds', 'warmUpSeconds'] as const)
    .filter((name) => !(Number.isFinite(plan[name]) && plan[name] >= 0))
    .map((name) => `${name}: ${plan[name]}; 0 or a number above is needed`);
  const whole = Number.isInteger(plan.blocks) ? [] : [`blocks: ${plan.blocks}; a whole number is needed`];
  return [...whole, ...positive, ...notNegative];
}

function armErrors(arms: readonly Arm[]): string[] {
  const names = arms.map((arm) => arm.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (arms.length < 2) return [`arms: ${arms.length}; at least 2 are needed, a baseline and a treatment`];
  return twice === undefined ? [] : [`arms: "${twice}" is there twice; each needs a name of its own`];
}

function tooFewRequests(plan: Plan, requests: number): string {
  const arms = plan.mode === 'toggle' ? 1 : plan.arms.length;
  const seconds = Math.ceil((LEAST_REQUESTS * arms) / plan.rate);
  const rate = Math.ceil((LEAST_REQUESTS * arms) / plan.seconds);
  return (
    `rate, seconds: ${plan.rate}/s for ${plan.seconds} s make ${requests} requests per arm and block; ` +
    `at least ${LEAST_REQUESTS} are needed: ${seconds} s, or ${rate}/s`
  );
}

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

/**
 * The order of the arms in block `index`, by their index in the plan: random in the first block of each pair of
 * blocks, and its reverse in the second (ABBA or BAAB), so that a steady drift cancels within the pair.
 */
export function orderOf(plan: Pick<Plan, 'seed' | 'arms'>, index: number): number[] {
  const arms = plan.arms.map((_, arm) => arm);
  const order = shuffled(arms, seeded(`${plan.seed}/order/${Math.floor(index / 2)}`));
  return index % 2 === 0 ? order : order.reverse();
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

/** Arms at random but balanced: each in turn of `arms` requests goes to another arm. */
function balanced(rounds: number, arms: number, random: Random): number[] {
  const all = Array.from({ length: arms }, (_, arm) => arm);
  return Array.from({ length: rounds }, () => shuffled(all, random)).flat();
}
