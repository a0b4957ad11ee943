import { planSize, type Plan } from '../config/experiment-plan.ts';
import { humanDuration } from '../format/format.ts';
import type { Seconds } from '../../thresholds/types.ts';
import type { Verdict } from './verdict.ts';

/** A verdict in one line. @param longer how long blocks would better be; null as they are */
export function explain(verdict: Verdict, plan: Plan, longer: Seconds | null = null): string {
  switch (verdict.kind) {
    case 'INVALID':
      return `INVALID: ${verdict.reasons.join('; ')}`;
    case 'NOISE_FLOOR':
      return `NOISE FLOOR: ${verdict.reason}`;
    case 'INCONCLUSIVE':
      // No number of blocks takes out what is between two deployments.
      if (plan.deployments === 'apart') return `INCONCLUSIVE: ${verdict.reason}`;
      return `INCONCLUSIVE: ${verdict.reason}; ${whatWouldSettle({ ...verdict, moreMinutes: minutesOf(plan, verdict.moreBlocks) }, longer)}`;
    case 'PASS':
    case 'FAIL':
      return `${verdict.kind}: ${verdict.reason}`;
  }
}

/** What an INCONCLUSIVE asks for, with the minutes that it takes where they are known. */
interface More {
  readonly moreBlocks: number | null;
  readonly moreMinutes?: number | null | undefined;
  readonly isRough?: boolean | undefined;
}

/** What would turn INCONCLUSIVE into an answer. @param longer how long blocks would better be; null as they are */
export function whatWouldSettle(
  { moreBlocks, moreMinutes = null, isRough = false }: More,
  longer: Seconds | null,
): string {
  const instead = longer === null ? 'longer ones, or a higher rate, might' : `those of ${longer} s might`;
  if (moreBlocks === 0) return 'what was measured is enough, and only a proof is missing';
  if (moreBlocks === null) return `no number of blocks like these would settle it: ${instead}`;
  const time = moreMinutes === null ? '' : ` (${humanDuration(moreMinutes * 60_000)})`;
  const better = longer === null ? '' : `, sooner in blocks of ${longer} s, which hold a whole stall`;
  const settles = isRough ? 'may' : 'would';
  const rough = isRough ? '; so few separate slow spells were seen that it may take many times as many' : '';
  return `about ${moreBlocks} more blocks like these${time} ${settles} settle it${better}${rough}`;
}

/** How long so many more blocks take. */
export function minutesOf(plan: Plan, moreBlocks: number | null): number | null {
  if (moreBlocks === null) return null;
  return planSize({ ...plan, blocks: moreBlocks, warmUpSeconds: 0 }).seconds / 60;
}
