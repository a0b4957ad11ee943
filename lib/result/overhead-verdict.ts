/** A verdict of the estimator as results hold it. */
import type { Bounds } from '../statistics/contrast.ts';
import type { Verdict } from '../experiment/verdict.ts';
import { exitCodeOf } from '../gates/exit-codes.ts';
import type { OverheadResult } from './run-result.ts';

/** The numbers that a verdict rests on; null where there are none. */
export function overheadNumbers(
  verdict: Verdict | null,
): Pick<OverheadResult, 'estimateMs' | 'interval' | 'bounds' | 'standardErrorMs' | 'differencesMs'> {
  const judged = verdict === null || verdict.kind === 'INVALID' ? null : verdict;
  return {
    estimateMs: judged?.estimate.value ?? null,
    interval: inMs(judged?.estimate.interval ?? null),
    bounds: inMs(judged?.bounds ?? null),
    standardErrorMs: judged?.estimate.standardError ?? null,
    differencesMs: [...(judged?.estimate.blocks ?? [])],
  };
}

/** What an experiment came to; one that was cut short has no verdict of the estimator. */
export function overheadVerdict(
  verdict: Verdict | { kind: 'INTERRUPTED'; reasons: readonly string[] },
): OverheadResult['verdict'] {
  return {
    kind: verdict.kind,
    exitCode: exitCodeOf(verdict.kind),
    reasons: 'reasons' in verdict ? [...verdict.reasons] : [verdict.reason],
    moreBlocks: verdict.kind === 'INCONCLUSIVE' ? verdict.moreBlocks : null,
    noiseFloorMs: verdict.kind === 'NOISE_FLOOR' ? verdict.floor : null,
  };
}

function inMs(bounds: Bounds | null): OverheadResult['interval'] {
  return bounds === null ? null : { lowerMs: bounds.lower, upperMs: bounds.upper };
}
