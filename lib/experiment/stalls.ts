/** Slow requests that come together: on how many separate stalls an arm's P95 rests. */
import { at } from '../statistics/element.ts';
import { quantile } from '../statistics/quantile.ts';
import type { Milliseconds, Seconds } from '../../thresholds/types.ts';
import type { Visit } from './measurement.ts';

/** One run of slow requests. */
interface Stall {
  /** When its first request was due, in ms since 1970. */
  readonly startedAtMs: number;
  /** From its first slow request to its last. */
  readonly lengthMs: Milliseconds;
  readonly requests: number;
}

/** What the slowest requests of an arm are. */
export interface StallSummary {
  readonly stalls: readonly Stall[];
  /** Share of the slow requests that lie in stalls, 0…1. */
  readonly share: number;
  /** Median length; null without a stall. */
  readonly typicalMs: Milliseconds | null;
}

/** So many slow requests make a run: where requests are slow at random, one run in a million is as long. */
const LEAST_SLOW = 8;
/** So many fast requests in between do not end it. */
const MOST_FAST = 2;

/** Slow is so far from the median to P95: where P95 itself lies in a stall, half of the stall's requests are below it. */
const SLOW = 0.8;
/** A P95 above the median by less than this share of it, or by less than clocks and timers err, is no stall's work. */
const LEAST_RISE = 0.1;
const LEAST_RISE_MS: Milliseconds = 2;

/**
 * The stalls of an arm: runs of slow requests that follow each other.
 * @param visits of one arm, at least one request in all
 */
export function stallsOf(visits: readonly Visit[]): StallSummary {
  const all = visits.flatMap(({ latencyMs }) => Array.from(latencyMs));
  const median = quantile(all, 0.5);
  const rise = quantile(all, 0.95) - median;
  if (rise < Math.max(LEAST_RISE_MS, LEAST_RISE * median)) return { stalls: [], share: 0, typicalMs: null };
  const limit = median + SLOW * rise;
  let slowRequests = 0;
  const stalls = visits.flatMap((visit) => {
    const slow = Array.from(visit.latencyMs).flatMap((latency, i) => (latency > limit ? [i] : []));
    slowRequests += slow.length;
    return runsOf(slow).map((run) => stallOf(visit, run));
  });
  const inStalls = stalls.reduce((sum, { requests }) => sum + requests, 0);
  const lengths = stalls.map(({ lengthMs }) => lengthMs);
  return {
    stalls,
    share: slowRequests === 0 ? 0 : inStalls / slowRequests,
    typicalMs: lengths.length === 0 ? null : quantile(lengths, 0.5),
  };
}

/** Whether P95 is made by stalls: most of the slow requests lie in some. */
export function restsOnStalls({ share }: Pick<StallSummary, 'share'>): boolean {
  return share > 0.5;
}

/**
 * How long blocks would have to be instead; null where they may stay. An arm that is hardly longer than its stalls is all
 * stall or none.
 */
export function longerSeconds(
  { share, typicalMs }: Pick<StallSummary, 'share' | 'typicalMs'>,
  seconds: Seconds,
): Seconds | null {
  if (typicalMs === null || !restsOnStalls({ share }) || typicalMs <= seconds * 500) return null;
  return Math.ceil(typicalMs / 500);
}

function runsOf(slow: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const index of slow) {
    const run = runs.at(-1);
    if (run !== undefined && index - at(run, run.length - 1) <= MOST_FAST + 1) run.push(index);
    else runs.push([index]);
  }
  return runs.filter(({ length }) => length >= LEAST_SLOW);
}

function stallOf({ startedAtMs, dueMs }: Visit, run: readonly number[]): Stall {
  const [from, to] = [at(dueMs, at(run, 0)), at(dueMs, at(run, run.length - 1))];
  return { startedAtMs: startedAtMs + from, lengthMs: to - from, requests: run.length };
}
