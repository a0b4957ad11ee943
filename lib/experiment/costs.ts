/** What an arm costs besides latency: processor, memory, event loop; and how many requests it finishes. */
import type { Milliseconds, Seconds } from '../../thresholds/types.ts';
import type { Bounds } from '../statistics/contrast.ts';
import { meanBounds } from '../statistics/mean-bounds.ts';
import { COST_NAMES, type Cost } from '../metrics/overhead-metrics.ts';
import { DISPLAY_TAIL } from './estimate.ts';
import type { Look } from '../statistics/spending.ts';
import { meanOf } from '../statistics/t-test.ts';

/** What the target says about itself at one moment; `null` where it does not say it. */
export interface Reading {
  /** Since its process started. */
  readonly cpuSeconds: number | null;
  /** MB (1,000,000 bytes). */
  readonly memoryMb: number | null;
  /** The mean of what was seen since the last reading. */
  readonly eventLoopDelayMs: Milliseconds | null;
  /** Entries that were dropped or whose export failed, since the process started. */
  readonly lostEntries: number | null;
}

/** The costs of one arm in one block; `null` where one is not known. */
export type ArmCosts = Readonly<Record<Cost, number | null>>;

/**
 * The costs of a window. All of its requests' work lies between both readings, but no load arrives while the last answers
 * are awaited: costs by time are by the time of the load, or a longer wait would make the processor look idler.
 * @param before when it began, `after` when its last request was answered; `null` where the target said nothing
 * @param loadSeconds in which the requests were due
 * @param requests that were sent in it
 * @param finishedMs when each successful answer was there, in ms from any moment
 */
export function costsOfWindow(
  before: Reading | null,
  after: Reading | null,
  loadSeconds: Seconds,
  requests: number,
  finishedMs: readonly Milliseconds[],
): ArmCosts {
  const counted = (first: number | null | undefined, last: number | null | undefined) => {
    const grown = growth(first, last);
    // A counter that falls was set back by a restart.
    return grown !== null && grown >= 0 ? grown : null;
  };
  const cpuSeconds = counted(before?.cpuSeconds, after?.cpuSeconds);
  const lost = counted(before?.lostEntries, after?.lostEntries);
  const [first = null, last = null] = [before?.memoryMb, after?.memoryMb];
  const grown = growth(first, last);
  return {
    cpuMsPerRequest: cpuSeconds === null || requests === 0 ? null : (cpuSeconds * 1_000) / requests,
    cpuShare: cpuSeconds === null ? null : cpuSeconds / loadSeconds,
    memoryMb: first === null || last === null ? null : (first + last) / 2,
    memoryGrowthMbPerMinute: grown === null ? null : (grown * 60) / loadSeconds,
    eventLoopDelayMs: after?.eventLoopDelayMs ?? null,
    finishedPerSecond: throughput(finishedMs),
    lostPerSecond: lost === null ? null : lost / loadSeconds,
  };
}

function growth(before: number | null | undefined, after: number | null | undefined): number | null {
  return before == null || after == null ? null : after - before;
}

/** Share of the answers that is left out at either end: how long the first or the last one takes is latency. */
const ENDS = 0.05;

/** Answers a second between the 5th and the 95th of 100: a delay that all have changes nothing; `null` below 20. */
export function throughput(finishedMs: readonly Milliseconds[]): number | null {
  if (finishedMs.length < 20) return null;
  const sorted = Float64Array.from(finishedMs).sort();
  const first = Math.floor(ENDS * sorted.length);
  const last = sorted.length - 1 - first;
  const tookMs = (sorted[last] ?? 0) - (sorted[first] ?? 0);
  return tookMs > 0 ? ((last - first) * 1_000) / tookMs : null;
}

/** Treatment − baseline of one cost, over the blocks in which it is known of both. */
export interface CostEstimate {
  readonly cost: Cost;
  /** Means over those blocks. */
  readonly baseline: number;
  readonly treatment: number;
  readonly value: number;
  readonly blocks: number;
  /** 95 %; `null` where it is too early for one. */
  readonly interval: Bounds | null;
  /** The one-sided bounds that decide; `null` likewise. */
  readonly bounds: Bounds | null;
}

/**
 * The costs that are known, by Student's t over the differences of the blocks: they are means, so that neither slow requests
 * nor stalls ask for more.
 * @param look how strong the evidence must be now; undefined: too weak for any bound
 */
export function estimateCosts(
  baseline: readonly ArmCosts[],
  treatment: readonly ArmCosts[],
  look: Look | undefined,
): CostEstimate[] {
  return COST_NAMES.flatMap((cost) => {
    const of = (blocks: readonly ArmCosts[]) => blocks.map((block) => block[cost]);
    const estimated = estimateCost(cost, of(baseline), of(treatment), look);
    return estimated === null ? [] : [estimated];
  });
}

/** One of them, from its values by block; `null` where no block has both. */
export function estimateCost(
  cost: Cost,
  baseline: readonly (number | null)[],
  treatment: readonly (number | null)[],
  look: Pick<Look, 'tail' | 'crossedTail' | 'intervalTail'> | undefined,
): CostEstimate | null {
  const pairs = baseline.flatMap((without, b) => {
    const withIt = treatment[b] ?? null;
    return without === null || withIt === null ? [] : [{ without, withIt }];
  });
  if (pairs.length === 0) return null;
  const differences = pairs.map(({ without, withIt }) => withIt - without);
  const lower = meanBounds(differences, look?.crossedTail ?? 0)?.lower;
  const upper = meanBounds(differences, look?.tail ?? 0)?.upper;
  return {
    cost,
    baseline: meanOf(pairs.map(({ without }) => without)),
    treatment: meanOf(pairs.map(({ withIt }) => withIt)),
    value: meanOf(differences),
    blocks: pairs.length,
    interval: meanBounds(differences, look?.intervalTail ?? DISPLAY_TAIL),
    bounds: lower === undefined || upper === undefined ? null : { lower, upper },
  };
}
