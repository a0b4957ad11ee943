/** What an experiment tells the world while it runs, as samples of its metrics. */
import * as names from '../metrics/overhead-metrics.ts';
import { CURVE_LEVELS, ERROR_LEVELS } from '../statistics/blocked-sample.ts';
import type { Bounds } from '../statistics/contrast.ts';
import type { CarryOver } from './carry-over.ts';
import type { CostEstimate } from './costs.ts';
import type { Estimate } from './estimate.ts';
import type { ArmMeasurement } from './measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import type { Port } from './port.ts';
import type { ArmOfBlock } from './session.ts';
import type { StallSummary } from './stalls.ts';
import type { Verdict } from './verdict.ts';

type Record = Port['record'];

/** A block that is whole: a run that is interrupted within one reports none of it. */
export function recordBlock(
  record: Record,
  index: number,
  measured: readonly ArmOfBlock[],
  arms: readonly ArmMeasurement[],
): void {
  arms.forEach(({ name, blocks, sample }, i) => {
    const arm = { arm: name };
    ERROR_LEVELS.forEach((level, at) => {
      record(names.SHARE_ERROR, sample.errors[at] ?? 0, { ...arm, level: String(level) });
    });
    // P95 over all blocks has moved, and with it every block's share above it.
    sample.shares.forEach((share, b) => {
      if (share !== null) record(names.BLOCK_SHARE, share, { ...arm, block: String(b + 1) });
    });
    const tags = { arm: name, block: String(index + 1) };
    const block = blocks[index];
    if (block === null || block === undefined) return;
    record(names.BLOCK_P95, block.p95, tags);
    record(names.BLOCK_REQUESTS, block.requests, tags);
    const of = measured[i];
    if (of === undefined) return;
    record(names.BLOCK_START, of.startedAtMs, tags);
    for (const latencyMs of of.latencies) record(names.LATENCY, latencyMs, arm);
    record(names.ERRORS, of.errors, arm);
  });
}

/** Successful answers of a block, and those that echo other flags than asked for, by the first that differs. */
export function recordEcho(record: Record, answers: number, wrongFlags: ReadonlyMap<string, number>): void {
  record(names.ANSWERS, answers);
  for (const [flag, count] of wrongFlags) record(names.ECHO_MISMATCHES, count, { flag });
}

/** The overhead so far. */
export function recordJudgement(record: Record, latenessMs: Milliseconds, verdict: Verdict): void {
  record(names.LATENESS, latenessMs);
  if (verdict.kind === 'INVALID') return;
  const { value, interval } = verdict.estimate;
  record(names.OVERHEAD, value);
  // A chart of an open end would show the time-out.
  if (interval !== null && interval.isOpen !== true) {
    record(names.OVERHEAD_LOWER, interval.lower);
    record(names.OVERHEAD_UPPER, interval.upper);
  }
  if (verdict.bounds !== null && verdict.bounds.isOpen !== true) {
    record(names.BOUND_LOWER, verdict.bounds.lower);
    record(names.BOUND_UPPER, verdict.bounds.upper);
  }
}

/** How far the blocks of the two arms that are compared go together, at each of `CURVE_LEVELS`. */
export function recordCorrelations(record: Record, correlations: readonly number[]): void {
  CURVE_LEVELS.forEach((level, i) => {
    record(names.SHARE_CORRELATION, correlations[i] ?? 0, { level: String(level) });
  });
}

export function recordVerdict(record: Record, { kind }: Verdict): void {
  record(names.VERDICTS, 1, { verdict: kind });
  record(names.FAILED, kind === 'FAIL' ? 1 : 0);
}

/** By how much what an arm leaves behind moves the overhead, as far as that is known. */
export function recordCarryOver(record: Record, carryOver: CarryOver): void {
  for (const contrast of names.CONTRASTS) {
    const movement = carryOver[contrast];
    if (movement === null) continue;
    const { valueMs: value, lowerMs: lower, upperMs: upper } = movement;
    recordEnds(record, names.CARRY_OVER, { value, lower, upper }, { contrast });
  }
  record(names.SETTLE_NEEDED, carryOver.settleSeconds ?? 0);
  record(names.CHANGED_UNTIL, carryOver.changedUntilSeconds ?? 0);
}

/** What the arms cost besides latency, as far as it is known. */
export function recordCosts(
  record: Record,
  costs: readonly CostEstimate[],
  arms: { baseline: string; treatment: string },
): void {
  for (const { cost, blocks, value, interval, bounds, ...means } of costs) {
    const ends = {
      value,
      blocks,
      lower: interval?.lower,
      upper: interval?.upper,
      boundLower: bounds?.lower,
      boundUpper: bounds?.upper,
    };
    for (const end of names.COST_ENDS) {
      const number = ends[end];
      if (number !== undefined) record(names.COST, number, { cost, end });
    }
    record(names.COST_OF_ARM, means.baseline, { cost, arm: arms.baseline });
    record(names.COST_OF_ARM, means.treatment, { cost, arm: arms.treatment });
  }
}

/** How far the deployments themselves are apart, as soon as there is an interval. */
export function recordDeployments(record: Record, { value, interval }: Estimate): void {
  if (interval !== null) recordEnds(record, names.DEPLOYMENTS, { value, ...interval });
}

/** A number and both ends of its interval: gauges that differ by the tag `end`. */
export function recordEnds(
  record: Record,
  metric: string,
  ends: Bounds & { readonly value: number },
  tags: Parameters<Record>[2] = {},
): void {
  for (const end of names.ENDS) record(metric, ends[end], { ...tags, end });
}

/** The stalls of an arm, and when in each of its blocks its requests were slow. */
export function recordSlow(
  record: Record,
  arm: string,
  { stalls, share, typicalMs }: StallSummary,
  slow: readonly number[],
): void {
  record(names.STALLS.count, stalls.length, { arm });
  record(names.STALLS.share, share, { arm });
  record(names.STALLS.typicalMs, typicalMs ?? 0, { arm });
  slow.forEach((packed, b) => {
    record(names.BLOCK_SLOW, packed, { arm, block: String(b + 1) });
  });
}
