import type { Verdict } from './verdict.ts';

/** A verdict in one line. */
export function explain(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'INVALID':
      return `INVALID: ${verdict.reasons.join('; ')}`;
    case 'NOISE_FLOOR':
      return `NOISE FLOOR: ${verdict.reason}`;
    case 'INCONCLUSIVE':
      return `INCONCLUSIVE: ${verdict.reason}; ${whatWouldSettle(verdict.moreBlocks)}`;
    case 'PASS':
    case 'FAIL':
      return `${verdict.kind}: ${verdict.reason}`;
  }
}

/** What would turn INCONCLUSIVE into an answer. */
export function whatWouldSettle(moreBlocks: number | null): string {
  if (moreBlocks === null) return 'no number of blocks like these would settle it';
  return `about ${moreBlocks} more blocks like these would settle it`;
}
