/** The line that the experiment prints after each block. */
import { planSize, type Plan } from '../config/experiment-plan.ts';
import type { Estimate } from './estimate.ts';
import type { Verdict } from './verdict.ts';
import { humanDuration, humanMs, humanRange } from '../format/format.ts';

/** `block 3/20  difference 12.3 ms  overhead 11.8 ms, 95 % 9.1 ms to 14.9 ms  at most 4m10s left`. */
export function blockLine(plan: Plan, index: number, verdict: Verdict): string {
  const left = `at most ${humanDuration(secondsAfter(plan, index) * 1_000)} left`;
  const block = `block ${index + 1}/${plan.blocks}`;
  if (verdict.kind === 'INVALID') return [block, verdict.reasons.join('; '), left].join('  ');
  return [block, soFar(verdict.estimate, index), left].join('  ');
}

/**
 * `difference 12.3 ms  overhead 11.8 ms, 95 % 9.1 ms to 14.9 ms`. Of a number of which the blocks say too little, an end would
 * be the time-out, and look as if it had been measured.
 * @param index of the block whose difference it is
 */
export function soFar({ blocks, value, interval }: Estimate, index: number): string {
  const difference = blocks[index] ?? null;
  const said = `difference ${difference === null ? 'not measured' : humanMs(difference)}  overhead ${humanMs(value)}`;
  if (interval === null) return said;
  const { lower, upper, isOpen } = interval;
  return `${said}, 95 % ${isOpen === true ? 'not yet bounded' : humanRange(lower, upper)}`;
}

/** Planned time from the end of block `index` on. */
function secondsAfter(plan: Plan, index: number): number {
  return planSize(plan).seconds - planSize({ ...plan, blocks: index + 1 }).seconds;
}
