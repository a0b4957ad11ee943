/**
 * Whether an arm's requests still feel the arm before. Queues that drain, caches, and flags that take effect late make the
 * arms alike, and what is alike passes.
 */
import type { Plan } from '../config/experiment-plan.ts';
import { QUANTILE_LEVELS } from '../metrics/quantiles.ts';
import { blockedSample, CENTRE, sortedBlock, type BlockedSample } from '../statistics/blocked-sample.ts';
import { at } from '../statistics/element.ts';
import { quantileFunctionOf } from '../statistics/quantile-function.ts';
import { quantile } from '../statistics/quantile.ts';
import { boundsOfQuantiles, sumOfQuantiles, type WeightedSample } from '../statistics/rank-bounds.ts';
import type { Visit } from './measurement.ts';
import type { Milliseconds, Share } from '../../thresholds/types.ts';

/** Whether an arm may feel the one before. */
export function isCarried({ mode, deployments }: Pick<Plan, 'mode' | 'deployments'>): boolean {
  return mode === 'toggle' && deployments !== 'apart';
}

export interface CarryOverQuestion {
  readonly baseline: string;
  readonly treatment: string;
  readonly budgetMs: Milliseconds;
  /** No answer counts as so long. */
  readonly noAnswerMs: Milliseconds;
  readonly settleSeconds: number;
  /** Length of an arm. */
  readonly seconds: number;
}

/** By how much something that should not matter moves the overhead. */
interface Movement {
  readonly valueMs: Milliseconds;
  readonly lowerMs: Milliseconds;
  readonly upperMs: Milliseconds;
  /** Real, and of more than a tenth of the budget. */
  readonly found: boolean;
}

export interface CarryOver {
  /** The overhead in the second half of the arms less that in the first half; null where too little was measured. */
  readonly halves: Movement | null;
  /** What an arm has after a switch, less what it has after a like arm; null likewise. */
  readonly predecessors: Movement | null;
  /** How long to settle instead; null where nothing carries over. */
  readonly settleSeconds: number | null;
  /** Since the switch, when the effect was last seen to change; null where it still did at the end of the arms. */
  readonly changedUntilSeconds: number | null;
}

/** One-sided: what chance alone moves, it calls real in 1 of 100 sessions. */
const TAIL = 0.005;
const SHARE_OF_BUDGET = 0.1;

/** How a contrast is judged. */
interface Kind {
  /** Its groups are parts of the same visits. */
  readonly together: boolean;
  /** This share of its visits is left out at either end; those that remain are the usual ones. */
  readonly leftOut: Share;
  /** The usual visits must show this share of the movement. */
  readonly least: Share;
}

/** Half of all visits follow a like arm and feel nothing. */
const HALVES: Kind = { together: true, leftOut: 0.25, least: 0.25 };
/** Each visit after a switch feels it. */
const PREDECESSORS: Kind = { together: false, leftOut: 0.5, least: 0.7 };

/** How many visits after an exchange may still feel what was before it. */
const AFTER_EXCHANGE = [1, 2];
/** Fewer visits of a kind say nothing about their own error. */
const LEAST_VISITS = 3;

/** @param visits of whole blocks, in the order of time */
export function carryOver(visits: readonly Visit[], question: CarryOverQuestion): CarryOver {
  const halves = movementOf(halvesOf(visits, question), question, HALVES);
  // Deployments that work late by what they have exchanged: in the first visit after it, or in those of both arms.
  const isOneSystem = visits.every(({ sinceExchange }) => sinceExchange === undefined);
  const [predecessors = null] = (isOneSystem ? [0] : AFTER_EXCHANGE)
    .map((count) => movementOf(predecessorsOf(visits, question, count), question, PREDECESSORS))
    .sort((a, b) => Number(b?.found ?? false) - Number(a?.found ?? false));
  if (halves?.found !== true && predecessors?.found !== true)
    return { halves, predecessors, settleSeconds: null, changedUntilSeconds: null };
  const { settleSeconds, seconds } = question;
  const changed = halves?.found === true ? changedUntil(visits, question) : null;
  // Where it changes to the end nobody saw how long it goes on: as long again.
  const needed = settleSeconds + (changed === null ? 2 * seconds : 1.5 * changed);
  return {
    halves,
    predecessors,
    settleSeconds: Math.ceil(needed * 2) / 2,
    changedUntilSeconds: changed === null ? null : settleSeconds + changed,
  };
}

/** What was found, and what to do; null where nothing was. */
export function describeCarryOver({ halves, predecessors, ...found }: CarryOver): string | null {
  if (found.settleSeconds === null) return null;
  const remedy = `expected settleSeconds ${found.settleSeconds} or more`;
  if (found.changedUntilSeconds !== null)
    return `the effect was still changing ${found.changedUntilSeconds.toFixed(1)} s after the switch; ${remedy}`;
  if (halves?.found === true) return `the effect was still changing at the end of the arms; ${remedy}`;
  return `arms after a switch differ by ${(predecessors?.valueMs ?? NaN).toFixed(1)} ms from arms without one; ${remedy}`;
}

/** The latencies of a group's visits, and the weight of their quantile in the contrast. */
type Group = readonly [weight: number, visits: readonly (readonly Milliseconds[])[]];

function movementOf(
  groups: readonly Group[],
  { budgetMs, noAnswerMs }: CarryOverQuestion,
  { together, leftOut, least }: Kind,
): Movement | null {
  if (groups.some(([, visits]) => visits.length < LEAST_VISITS)) return null;
  const weighted = groups.map(([weight, visits]): WeightedSample => ({ weight, sample: sampleOf(visits) }));
  const range = { lower: 0, upper: noAnswerMs };
  const bounds = boundsOfQuantiles(weighted, { level: CENTRE, tail: TAIL, range, together });
  if (bounds === null) return null;
  const valueMs = sumOfQuantiles(weighted, CENTRE);
  const usualMs = groups.reduce((sum, [weight, visits]) => sum + weight * usualP95(visits, leftOut), 0);
  // What an arm leaves behind is there in all visits after it. Stalls are in a few: by chance more often in one kind.
  const isUsual = usualMs * valueMs > 0 && Math.abs(usualMs) >= least * Math.abs(valueMs);
  const { lower, upper } = isUsual
    ? bounds
    : { lower: Math.min(bounds.lower, 0), upper: Math.max(bounds.upper, 0) };
  return movement(valueMs, lower, upper, budgetMs);
}

/** The mean of the visits' P95s, without a share of them at either end; with half left out, their median. */
function usualP95(visits: Group[1], leftOut: Share): Milliseconds {
  const all = visits.map((visit) => quantile(visit, CENTRE)).sort((a, b) => a - b);
  const left = Math.min(Math.floor(all.length * leftOut), Math.floor((all.length - 1) / 2));
  const usual = all.slice(left, all.length - left);
  return usual.reduce((sum, one) => sum + one, 0) / usual.length;
}

/** A number with its bounds, and whether it matters. */
export function movement(
  valueMs: Milliseconds,
  lowerMs: Milliseconds,
  upperMs: Milliseconds,
  budgetMs: Milliseconds,
): Movement {
  const isReal = lowerMs > 0 || upperMs < 0;
  return { valueMs, lowerMs, upperMs, found: isReal && Math.abs(valueMs) > SHARE_OF_BUDGET * budgetMs };
}

function sampleOf(visits: Group[1]): BlockedSample {
  const pooled = quantileFunctionOf(Float64Array.from(visits.flat()).sort(), QUANTILE_LEVELS);
  return blockedSample(
    pooled,
    visits.map((visit) => sortedBlock(Float64Array.from(visit).sort())),
  );
}

/** (treatment − baseline) of some of the visits, less the same of the others. */
function differenceOf(
  visitsOf: (arm: string, isOfFirst: boolean) => Milliseconds[][],
  { baseline, treatment }: CarryOverQuestion,
): Group[] {
  return [
    [1, visitsOf(treatment, true)],
    [-1, visitsOf(baseline, true)],
    [-1, visitsOf(treatment, false)],
    [1, visitsOf(baseline, false)],
  ];
}

/** (treatment − baseline) late in the arms, less the same early in them. */
function halvesOf(visits: readonly Visit[], question: CarryOverQuestion): Group[] {
  const middle = (question.seconds * 1_000) / 2;
  const half = (arm: string, isLate: boolean) =>
    visits
      .filter((visit) => visit.arm === arm)
      .map(({ dueMs, latencyMs }) =>
        Array.from(latencyMs).filter((_, i) => at(dueMs, i) >= middle === isLate),
      )
      .filter(({ length }) => length > 0);
  return differenceOf(half, question);
}

/** (treatment − baseline) after the other arm or the exchange of deployments, less the same where nothing was switched. */
function predecessorsOf(
  visits: readonly Visit[],
  question: CarryOverQuestion,
  afterExchange: number,
): Group[] {
  const isAfterSwitch = ({ arm, sinceExchange }: Visit, i: number) =>
    sinceExchange === undefined ? visits[i - 1]?.arm !== arm : sinceExchange < afterExchange;
  const after = (arm: string, isSwitched: boolean) =>
    visits
      .filter((visit, i) => i > 0 && visit.arm === arm && isAfterSwitch(visit, i) === isSwitched)
      .map(({ latencyMs }) => Array.from(latencyMs));
  return differenceOf(after, question);
}

const BINS = 10;

/**
 * Seconds after settling from when on the overhead keeps its last level, from P95s of tenths of the arms; null where the
 * last tenths still differ.
 */
function changedUntil(visits: readonly Visit[], question: CarryOverQuestion): number | null {
  const { baseline, treatment, seconds, budgetMs } = question;
  const width = (seconds * 1_000) / BINS;
  const p95s = (arm: string) => {
    const bins: Milliseconds[][] = Array.from({ length: BINS }, () => []);
    for (const visit of visits.filter((one) => one.arm === arm))
      Array.from(visit.latencyMs).forEach((latency, i) =>
        bins[Math.min(BINS - 1, Math.floor(at(visit.dueMs, i) / width))]?.push(latency),
      );
    return bins.map((bin) => (bin.length === 0 ? 0 : quantile(bin, CENTRE)));
  };
  const [low, high] = [p95s(baseline), p95s(treatment)];
  const overheads = high.map((p95, i) => p95 - at(low, i));
  const level = quantile(overheads.slice(-3), 0.5);
  const last = overheads.findLastIndex((one) => Math.abs(one - level) > SHARE_OF_BUDGET * budgetMs);
  return last >= BINS - 3 ? null : ((last + 1) * seconds) / BINS;
}
