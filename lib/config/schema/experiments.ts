/** How experiments run: overhead, attribution, capacity. */
import {
  aboveZero,
  aboveZeroTo,
  arm,
  bool,
  budgetMs,
  count,
  design,
  leastSeconds,
  limitMs,
  mode,
  object,
  oneOf,
  optional,
  perSecond,
  share,
  within,
  type Content,
  type ContentOf,
} from '../fields.ts';

export type { Budget } from '../fields.ts';

const settleSeconds = within('seconds', 0, 600);
const seconds = aboveZeroTo('seconds', 3_600);

/** How an experiment loads its arms: in blocks, each with an open stream of requests to every arm. */
const streamFields = {
  /** Requests per second of the stream. At least 200 requests must fall into each arm of a block. */
  perSecond,
  /** Length of one arm in a block (toggle), or of a block (header). */
  seconds,
  /** After each switch requests are sent, and thrown away, for as long. */
  settleSeconds,
  /** Before the first block, in each arm, rising to the full rate. */
  warmUpSeconds: settleSeconds,
  /** Blocks at most; at least 5 in toggle, 20 in header. */
  blocks: count,
  /** How long each arm must have been under load before its latency may decide: what recurs within a third of it is seen. */
  leastSeconds,
  /** At most so long a switch waits until the queues that are watched are as empty as at the start. */
  drainSeconds: settleSeconds,
  /** Gaps between requests as in real traffic (`poisson`), or all alike (`even`). */
  arrivals: oneOf('poisson', 'even'),
};
export interface StreamProfile extends ContentOf<typeof streamFields> {}

/** Upper limits on treatment − baseline. None is set by default. */
const costLimits = object({
  /** Processor time of the target for each request, milliseconds. */
  cpuMsPerRequest: optional(aboveZero),
  /** Processor time of the target in a second, as a share of one processor. */
  cpuShare: optional(aboveZero),
  /** Memory of the target, MB (1,000,000 bytes). */
  memoryMb: optional(aboveZero),
});
export interface CostLimits extends Content<typeof costLimits> {}

/** How the overhead of observability is measured: blocks of two arms. */
export const overheadFields = {
  ...streamFields,
  /** `toggle` switches the whole system and decides; `header` switches each request and gives a lower bound. */
  mode,
  /** What observability may cost at P95; short for `budgets: { p95Ms }`. */
  budgetMs,
  /** What it may cost at other percentiles as well: PASS needs all of them. P99 takes 2,000 requests of each arm. */
  budgets: optional(
    object({ p50Ms: optional(budgetMs), p95Ms: optional(budgetMs), p99Ms: optional(budgetMs) }),
  ),
  /** Stop after any block from the fifth on that settles the question. */
  earlyStop: bool,
  /** A treatment that is much faster than everything off is INVALID, unless this is set. */
  allowFaster: bool,
  /** The arms: `none`, `all`, one of the settings' own, or settings joined by `+`. */
  baseline: arm,
  treatment: arm,
  /** What observability may cost besides latency, by what the target says about itself. */
  limits: optional(costLimits),
};
export const overheadProfile = object(overheadFields);
export interface OverheadProfile extends Content<typeof overheadProfile> {}

/**
 * How the overhead is attributed to its flags: blocks of many arms. All blocks are measured: nothing stops early. With
 * `header`, where all arms share a block, it is as many times longer.
 */
export const attributionFields = {
  ...streamFields,
  /** `full`: all combinations of up to four settings, 16 of those of five to seven; `half`: 8 of those of four, in half of the time. */
  design,
};
export const attributionProfile = object(attributionFields);
export interface AttributionProfile extends Content<typeof attributionProfile> {}

/** How the highest rate is found at which P95 and errors stay within their limits, for each of two arms. */
export const capacityFields = {
  /** The first rung of the ladder. At least 200 requests must fall into a try there. */
  perSecond,
  /** Factor from rung to rung, 1.1 to 4; the gap in which an arm falls behind is halved from there. */
  step: within('a factor', 1.1, 4),
  /** The last rate that an arm holds and the first that it does not differ by no more than this. */
  resolution: within('a share', 0.01, 0.5),
  /** No rate above this is ever sent. */
  ceilingPerSecond: perSecond,
  /**
   * Length of a try. An overload of x % shows as latency only after the queue has grown: in these seconds and those of
   * settling it must reach the limit, so that 150 ms in 13 s show an overload of 1.2 %.
   */
  seconds,
  /** The same rate before each try, without a pause, not measured. */
  settleSeconds,
  /** Before the first block, in each arm, rising to the first rung. */
  warmUpSeconds: settleSeconds,
  /** How long the target may take after an overload until it answers as it did before. */
  recoverySeconds: aboveZeroTo('seconds', 600),
  /** The run ends by then, whatever it has found. */
  deadlineMinutes: aboveZeroTo('minutes', 1_440),
  /** How often both arms climb; at least 3. */
  blocks: count,
  /** The arms: `none`, `all`, one of the settings' own, or settings joined by `+`. */
  baseline: arm,
  treatment: arm,
  /** What must hold at a rate; P95 and ERROR_RATE override them. */
  limits: object({ p95Ms: limitMs, errorRate: share }),
  /** The most of the baseline's capacity that the treatment may cost; not gated where it is left out. */
  maxLossShare: optional(aboveZeroTo('a share', 1)),
  /** What the treatment must hold; not gated where it is left out. */
  minPerSecond: optional(perSecond),
};
export const capacityProfile = object(capacityFields);
export interface CapacityProfile extends Content<typeof capacityProfile> {}
