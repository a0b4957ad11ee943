/** The line that the experiment prints after each block. */
import { planSize, type Plan } from '../config/experiment-plan.ts';
import type { Verdict } from './verdict.ts';
import { humanDuration, humanMs } from '../format/format.ts';

/** `block 3/20  difference 12.3 ms  overhead 11.8 ms, 95 % 9.1 ms to 14.9 ms  at most 4m10s left`. */
export function blockLine(plan: Plan, index: number, verdict: Verdict): string {
  const left = `at most ${humanDuration(secondsAfter(plan, index) * 1_000)} left`;
  const block = `block ${index + 1}/${plan.blocks}`;
  if (verdict.kind === 'INVALID') return [block, verdict.reasons.join('; '), left].join('  ');
  const { blocks, value, interval } = verdict.estimate;
  const difference = blocks[index];
  return [
    block,
    `difference ${difference == null ? 'not measured' : humanMs(difference)}`,
    `overhead ${humanMs(value)}${interval === null ? '' : `, 95 % ${humanMs(interval.lower)} to ${humanMs(interval.upper)}`}`,
    left,
  ].join('  ');
}

/** Planned time from the end of block `index` on. */
function secondsAfter(plan: Plan, index: number): number {
  return planSize(plan).seconds - planSize({ ...plan, blocks: index + 1 }).seconds;
}
