import { isInGap, overheadContrast, weigh } from '../experiment/estimate.ts';
import { upperPart } from '../metrics/quantiles.ts';
import type { OverheadResult } from '../result/run-result.ts';

/** What a reader must know where P95 of one of the two arms lies in a gap of the distribution. */
export function gapNotes({ baseline, treatment, estimateMs, arms }: OverheadResult): string[] {
  if (estimateMs === null) return [];
  const measured = arms.map(({ name, requests, errors, latency }) => ({
    name,
    p95: latency?.p95Ms ?? 0,
    ...(latency === null ? {} : { tail: upperPart(latency.quantilesMs) }),
    requests,
    errors,
    blocks: [],
  }));
  return isInGap(weigh(measured, overheadContrast(baseline, treatment)))
    ? [
        'P95 lies in a gap of the distribution, as stalls of about 5 % of the requests make one: it jumps across the gap from run to run, and the interval spans it.',
      ]
    : [];
}
