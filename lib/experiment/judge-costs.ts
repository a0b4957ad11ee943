/** The limits on what an arm costs besides latency, and what they make of a verdict. */
import { MOST_BLOCKS } from '../config/experiment-plan.ts';
import { LEAST_COST_BLOCKS, LIMITED, limitedCosts } from '../gates/cost-limits.ts';
import type { Bounds } from '../statistics/contrast.ts';
import { studentQuantile } from '../statistics/student-t.ts';
import type { CostLimits } from '../../thresholds/types.ts';
import type { CostEstimate } from './costs.ts';
import type { Verdict } from './verdict.ts';

/** When, and how strictly, limits are judged. */
interface CostLook {
  readonly limits: CostLimits;
  /** One-sided tail of the bounds; 0: too early. */
  readonly tail: number;
  /** No block follows. */
  readonly isLast: boolean;
}

/**
 * A verdict with the limits on costs. A limit is crossed where the lower one-sided bound of treatment − baseline is above
 * it, which is a FAIL; PASS needs every upper bound below its limit. As with several budgets each has its part of the error
 * rate by which it may FAIL. A cost that was read in too few blocks is a FAIL at the end: a limit that nothing was seen of
 * must not pass.
 */
export function withCosts(verdict: Verdict, costs: readonly CostEstimate[], look: CostLook): Verdict {
  if (verdict.kind !== 'PASS' && verdict.kind !== 'INCONCLUSIVE') return verdict;
  const judged = limitedCosts(look.limits).map(({ cost, limit }) => judgeCost(costs, cost, limit, look));
  const failed = judged.filter(
    ({ kind }) => kind === 'crossed' || (kind === 'too few samples' && look.isLast),
  );
  if (failed.length > 0) return { ...verdict, kind: 'FAIL', cause: 'costs', reason: reasonsOf(failed) };
  if (verdict.kind === 'INCONCLUSIVE') return verdict;
  const open = judged.filter(({ kind }) => kind !== 'held');
  if (open.length === 0) return { ...verdict, reason: reasonsOf([verdict, ...judged]) };
  const [moreBlocks = null] = open
    .map((one) => one.moreBlocks)
    .sort((a, b) => (b ?? Infinity) - (a ?? Infinity));
  return { ...verdict, kind: 'INCONCLUSIVE', reason: reasonsOf(open), moreBlocks, isRough: false };
}

interface JudgedCost {
  readonly kind: 'held' | 'crossed' | 'open' | 'too few samples';
  /** One line. */
  readonly reason: string;
  /** That would settle it; `null`: no number of them would. */
  readonly moreBlocks: number | null;
}

function judgeCost(
  costs: readonly CostEstimate[],
  cost: keyof CostLimits,
  limit: number,
  { tail }: CostLook,
): JudgedCost {
  const { name, unit } = LIMITED[cost];
  const text = (value: number) => `${Number(value.toPrecision(3))}${unit === 'share' ? '' : ` ${unit}`}`;
  const found = costs.find((one) => one.cost === cost);
  const { blocks = 0, bounds = null } = found ?? {};
  if (found === undefined || blocks < LEAST_COST_BLOCKS) {
    const reason = `${name}: too few samples, known in ${blocks} blocks of at least ${LEAST_COST_BLOCKS}`;
    return { kind: 'too few samples', reason, moreBlocks: LEAST_COST_BLOCKS - blocks };
  }
  if (bounds === null)
    return { kind: 'open', reason: `${name}: it is too early for any decision`, moreBlocks: 1 };
  const { lower, upper } = bounds;
  const compared = (where: string) =>
    `${name}: treatment − baseline is ${where}, the limit is ${text(limit)}`;
  if (lower > limit) return { kind: 'crossed', reason: compared(`above ${text(lower)}`), moreBlocks: null };
  if (upper < limit) return { kind: 'held', reason: compared(`below ${text(upper)}`), moreBlocks: null };
  return {
    kind: 'open',
    reason: compared(`between ${text(lower)} and ${text(upper)}`),
    moreBlocks: moreBlocks(found, bounds, limit, tail),
  };
}

/** How many more blocks would bring a bound to the limit's other side: its reach falls with the root of their number. */
function moreBlocks(
  { value, blocks }: CostEstimate,
  { upper }: Bounds,
  limit: number,
  tail: number,
): number | null {
  const reach = upper - value;
  const atTheEnd = (reach * studentQuantile(0.05, blocks - 1)) / studentQuantile(tail, blocks - 1);
  const needed = Math.ceil(blocks * (atTheEnd / (limit - value)) ** 2);
  return needed > MOST_BLOCKS ? null : Math.max(1, needed - blocks);
}

function reasonsOf(judged: readonly { reason: string }[]): string {
  return judged.map(({ reason }) => reason).join('; ');
}
