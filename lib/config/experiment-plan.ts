/** How one experiment of arms runs, and whether a plan can decide anything. */
import type { Arm } from './arms.ts';

/** Whether two deployments exchange their settings on the way, so that what is between them cancels. */
export type Exchange = 'apart' | 'crossed';

/** How the arms alternate; what may be concluded hangs on it. */
export type Mode = 'toggle' | 'header' | 'runs';

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
  /**
   * Each arm has a deployment of its own, and nothing is switched. `crossed`: in half of each block the two have exchanged
   * their settings. Left out: all arms run on one system.
   */
  readonly deployments?: Exchange;
}

/** The fewest blocks that may decide. */
export const LEAST_BLOCKS: Readonly<Record<Mode, number>> = { toggle: 5, header: 20, runs: 5 };
/** No plan is longer: who needs more blocks needs longer ones. */
export const MOST_BLOCKS = 1_000;
/** With fewer, each arm comes first after an exchange less than three times: an exchange that works late would not be seen. */
const LEAST_CROSSED = 6;
/** With fewer, P95 rests on under ten requests. */
export const LEAST_REQUESTS = 200;

/** By which share settling is longer or shorter, at random: so no period of the target keeps step with the blocks. */
export const SETTLE_SPREAD = 0.25;

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
  const settleSeconds = plan.settleSeconds * (plan.deployments === 'crossed' ? 2 : 1);
  const block = plan.mode === 'toggle' ? arms * (settleSeconds + plan.seconds) : plan.seconds;
  // In header mode nothing is switched: all arms warm up together.
  const warmUp = plan.mode === 'toggle' ? arms * plan.warmUpSeconds : plan.warmUpSeconds;
  return {
    requestsPerArmAndBlock,
    requests: requestsPerArmAndBlock * arms * plan.blocks,
    seconds: warmUp + plan.blocks * block,
  };
}

/** Why a plan could decide nothing: what is wrong with it, and what is needed. */
export interface PlanProblem {
  readonly wrong: string;
  readonly needed: string;
}

/** @returns `null` where the plan can run */
export function planProblem(plan: Plan): PlanProblem | null {
  const isCrossed = plan.deployments === 'crossed';
  const blocks = isCrossed ? LEAST_CROSSED : LEAST_BLOCKS[plan.mode];
  const how = isCrossed ? 'with a swap' : `in ${plan.mode} mode`;
  if (plan.blocks < blocks) return { wrong: `${plan.blocks} blocks ${how}`, needed: `at least ${blocks}` };
  const arms = plan.mode === 'toggle' ? 1 : plan.arms.length;
  return tooFewRequests(plan, arms, 'per arm and block');
}

/** A plan of `rate` for `seconds`, shared by `arms`, with fewer requests for each than a P95 rests on. */
export function tooFewRequests(
  { rate, seconds }: Pick<Plan, 'rate' | 'seconds'>,
  arms: number,
  where: string,
): PlanProblem | null {
  const requests = Math.round((rate * seconds) / arms);
  if (requests >= LEAST_REQUESTS) return null;
  const longer = Math.ceil((LEAST_REQUESTS * arms) / rate);
  const faster = Math.ceil((LEAST_REQUESTS * arms) / seconds);
  return {
    wrong: `${rate}/s for ${seconds} s make ${requests} requests ${where}`,
    needed: `at least ${LEAST_REQUESTS}: ${longer} s, or ${faster}/s`,
  };
}
