/**
 * The metrics of an overhead experiment. They are the only way from the virtual user that measures to `handleSummary`,
 * and any k6 output carries them.
 */
import { BASELINE } from '../config/arms.ts';
import { CURVE_LEVELS, ERROR_LEVELS } from '../statistics/blocked-sample.ts';
import type { MetricTypes } from './metric-types.ts';

/** Latency of every measured request by arm; one without an answer counts as the time-out. */
export const LATENCY = 'overhead_latency_ms';
/** P95 and number of requests by arm and block; 0 requests: the block was not measured. */
export const BLOCK_P95 = 'overhead_block_p95_ms';
export const BLOCK_REQUESTS = 'overhead_block_requests';
/** Share of a block's requests above its arm's P95 over all blocks. */
export const BLOCK_SHARE = 'overhead_block_share';
/** Standard error, over blocks, of the share of an arm's requests above its quantile at a level. */
export const SHARE_ERROR = 'overhead_share_error';
/** How far the blocks' shares of the two compared arms go together, by level. */
export const SHARE_CORRELATION = 'overhead_share_correlation';
/** When an arm's requests of a block began, in ms since 1970. */
export const BLOCK_START = 'overhead_block_start_ms';
/** Requests without a successful answer, by arm. */
export const ERRORS = 'overhead_errors';
/** p99 of planned to real start of a request. */
export const LATENESS = 'overhead_start_lateness_p99_ms';
/** Successful answers, and those that echo other flags than asked for (by the first that differs). */
export const ANSWERS = 'overhead_successful_answers';
export const ECHO_MISMATCHES = 'overhead_echo_mismatches';
/** By how much what should not matter moves the overhead, by contrast (halves, predecessors) and end (value, lower, upper). */
export const CARRY_OVER = 'overhead_carry_over_ms';
/** By how much P95 is higher on the deployment of the treatment, whatever its settings, by end (value, lower, upper). */
export const DEPLOYMENTS = 'overhead_deployments_ms';
/** How long to settle where something carries over; 0: nothing does. */
export const SETTLE_NEEDED = 'overhead_settle_needed_seconds';
/** Since the switch, when the effect was last seen to change; 0: it was not seen, or still did. */
export const CHANGED_UNTIL = 'overhead_changed_until_seconds';
/** When in a block an arm's requests were slower than its P95 over all blocks, by arm and block: see slow-slices.ts. */
export const BLOCK_SLOW = 'overhead_block_slow';
/** The stalls of an arm: how many, which share of its slow requests lies in them, how long they typically are. */
export const STALLS = {
  count: 'overhead_stalls',
  share: 'overhead_stall_share',
  typicalMs: 'overhead_stall_ms',
} as const;
/** Treatment − baseline of what the target says about itself, by cost and end (the 95 % interval, the bounds that decide). */
export const COST = 'overhead_cost';
/** Its mean, by cost and arm. */
export const COST_OF_ARM = 'overhead_cost_of_arm';
/** Times beside the latency that decides, by time and arm; and treatment − baseline by time, level and end. */
export const FURTHER_TIME = 'overhead_further_time_ms';
export const FURTHER_DIFFERENCE = 'overhead_further_difference_ms';
/** The levels at which they are compared. */
export const FURTHER_LEVELS = [0.5, 0.95] as const;
/** The overhead so far, and its 95 % interval. */
export const OVERHEAD = 'observability_overhead_p95_ms';
export const OVERHEAD_LOWER = 'observability_overhead_p95_lower_ms';
export const OVERHEAD_UPPER = 'observability_overhead_p95_upper_ms';
/** The one-sided bounds that decide, from the first look on. */
export const BOUND_LOWER = 'overhead_bound_lower_ms';
export const BOUND_UPPER = 'overhead_bound_upper_ms';
/** One when the experiment came to a verdict. */
export const VERDICTS = 'overhead_verdicts';
/** 1 when the verdict is FAIL: the gate. */
export const FAILED = 'overhead_failed';
/** Why the experiment ended without a measurement, by reason, and by flag where it is about one. */
export const INVALID = 'overhead_invalid';
/** 1 when teardown has put the target's flags back. */
export const RESTORED = 'flags_restored';

/** What the virtual user that measures records. */
export const EXPERIMENT_METRICS: MetricTypes = {
  [LATENCY]: 'trend of ms',
  [FURTHER_TIME]: 'trend of ms',
  [FURTHER_DIFFERENCE]: 'gauge of ms',
  [BLOCK_P95]: 'gauge of ms',
  [BLOCK_REQUESTS]: 'gauge',
  [BLOCK_SHARE]: 'gauge',
  [SHARE_ERROR]: 'gauge',
  [SHARE_CORRELATION]: 'gauge',
  [BLOCK_START]: 'gauge',
  [ERRORS]: 'counter',
  [LATENESS]: 'gauge of ms',
  [ANSWERS]: 'counter',
  [ECHO_MISMATCHES]: 'counter',
  [BLOCK_SLOW]: 'gauge',
  [STALLS.count]: 'gauge',
  [STALLS.share]: 'gauge',
  [STALLS.typicalMs]: 'gauge of ms',
  [CARRY_OVER]: 'gauge of ms',
  [DEPLOYMENTS]: 'gauge of ms',
  [SETTLE_NEEDED]: 'gauge',
  [CHANGED_UNTIL]: 'gauge',
  [COST]: 'gauge',
  [COST_OF_ARM]: 'gauge',
  [OVERHEAD]: 'gauge of ms',
  [OVERHEAD_LOWER]: 'gauge of ms',
  [OVERHEAD_UPPER]: 'gauge of ms',
  [BOUND_LOWER]: 'gauge of ms',
  [BOUND_UPPER]: 'gauge of ms',
  [VERDICTS]: 'counter',
  [FAILED]: 'gauge',
  [INVALID]: 'counter',
};

/** What can end an experiment besides a guard. */
export const INVALID_REASONS = {
  not_switched: 'the target did not switch its flags',
  no_token: 'could not obtain a token for the target',
  deadline: 'the experiment did not end by its deadline',
  wrong_flags: 'answers echo other flags than those of their arm: was the target switched?',
  contradicted: 'a counter contradicts what the target says of its settings: was it switched?',
  not_recovered: 'the target did not recover from an overload',
  exception: 'the experiment itself failed',
} as const;
export type InvalidReason = keyof typeof INVALID_REASONS;

/** The tags of `CARRY_OVER`. */
export const CONTRASTS = ['halves', 'predecessors'] as const;
export const ENDS = ['value', 'lower', 'upper'] as const;

/** Each cost with the unit of its number. Finished: requests with a successful answer; lost: entries dropped or failed. */
export const COSTS = {
  cpuMsPerRequest: 'ms',
  cpuShare: 'share',
  memoryMb: 'MB',
  memoryGrowthMbPerMinute: 'MB a minute',
  eventLoopDelayMs: 'ms',
  finishedPerSecond: 'requests a second',
  lostPerSecond: 'entries a second',
} as const;
export type Cost = keyof typeof COSTS;
export const COST_NAMES = Object.keys(COSTS) as Cost[];
/** The tags of `COST`; `blocks`: in how many it is known. */
export const COST_ENDS = ['value', 'lower', 'upper', 'boundLower', 'boundUpper', 'blocks'] as const;

/** A metric's samples with some tags. */
export function tagged(metric: string, tags: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(tags).map(([name, value]) => `${name}:${value}`);
  return `${metric}{${pairs.join(',')}}`;
}

/** Every submetric that the report reads; k6 keeps those only that a threshold names. */
export function reportedMetrics({
  arms,
  blocks,
  settings,
}: {
  arms: readonly { name: string }[];
  blocks: number;
  settings: readonly string[];
}): string[] {
  return [
    ...invalidMetrics(settings),
    ...settings.map((flag) => tagged(ECHO_MISMATCHES, { flag })),
    ...ENDS.map((end) => tagged(DEPLOYMENTS, { end })),
    ...CONTRASTS.flatMap((contrast) => ENDS.map((end) => tagged(CARRY_OVER, { contrast, end }))),
    ...CURVE_LEVELS.map((level) => tagged(SHARE_CORRELATION, { level })),
    ...COST_NAMES.flatMap((cost) => [
      ...COST_ENDS.map((end) => tagged(COST, { cost, end })),
      // The other arm's is that and the difference.
      tagged(COST_OF_ARM, { cost, arm: BASELINE }),
    ]),
    ...arms.flatMap(({ name: arm }) => [
      tagged(LATENCY, { arm }),
      tagged(ERRORS, { arm }),
      ...Object.values(STALLS).map((metric) => tagged(metric, { arm })),
      ...ERROR_LEVELS.map((level) => tagged(SHARE_ERROR, { arm, level })),
      ...Array.from({ length: blocks }, (_, b) => [
        tagged(BLOCK_P95, { arm, block: b + 1 }),
        tagged(BLOCK_REQUESTS, { arm, block: b + 1 }),
        tagged(BLOCK_SHARE, { arm, block: b + 1 }),
        tagged(BLOCK_START, { arm, block: b + 1 }),
        tagged(BLOCK_SLOW, { arm, block: b + 1 }),
      ]).flat(),
    ]),
  ];
}

/** Those of times beside the latency that decides. */
export function furtherMetrics(arms: readonly { name: string }[], times: readonly string[]): string[] {
  return times.flatMap((time) => [
    ...arms.map(({ name: arm }) => tagged(FURTHER_TIME, { arm, time })),
    ...FURTHER_LEVELS.flatMap((level) => ENDS.map((end) => tagged(FURTHER_DIFFERENCE, { time, level, end }))),
  ]);
}

/** Why a run ended without a measurement, also by the setting that it is about. */
export function invalidMetrics(settings: readonly string[]): string[] {
  return [
    ...Object.keys(INVALID_REASONS).map((reason) => tagged(INVALID, { reason })),
    ...settings.map((flag) => tagged(INVALID, { flag })),
  ];
}
