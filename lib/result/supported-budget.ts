/** The budget that an overhead would keep as well: a limit far above what is there lets all of it be used up unseen. */
import type { Milliseconds } from '../../thresholds/types.ts';
import type { OverheadResult } from './run-result.ts';

/** Of the budget: a smaller one is worth to be set. */
const WORTH = 0.5;
/** As far again above the number as the bound that decides: nine of ten runs like this one pass then. */
const ROOM = 2;

/**
 * A smaller budget of P95 that runs like this one keep, in two digits and at least 1 ms; null where the overhead is not far
 * below the budget that it has, or no PASS shows it.
 */
export function supportedBudgetMs({
  verdict,
  budgetMs,
  estimateMs,
  bounds,
}: Pick<OverheadResult, 'verdict' | 'budgetMs' | 'estimateMs' | 'bounds'>): Milliseconds | null {
  if (verdict.kind !== 'PASS' || estimateMs === null || bounds === null) return null;
  const needed = Math.max(1, estimateMs + ROOM * (bounds.upperMs - estimateMs));
  const digit = 10 ** (Math.floor(Math.log10(needed)) - 1);
  const supported = Number((Math.ceil(needed / digit) * digit).toPrecision(2));
  return supported <= WORTH * budgetMs ? supported : null;
}
