import { boundsOf, DISPLAY_TAIL, estimate, overheadContrast, type Estimate } from './estimate.ts';
import type { Bounds } from '../statistics/contrast.ts';
import { errorRate, hasMoreErrors } from '../statistics/fisher.ts';
import type { Guard } from './guards.ts';
import { armNamed, type ArmMeasurement, type Milliseconds } from './measurement.ts';
import { firstLook, recurrenceSeconds } from '../config/exposure.ts';
import { LEAST_BLOCKS, type Mode } from '../config/experiment-plan.ts';
import { noiseFloor } from './noise-floor.ts';
import type { Seconds } from '../../thresholds/types.ts';
import { ALPHA, type Look } from '../statistics/spending.ts';

/** What a measurement proves. A number can only be read from one that is valid. */
export type Verdict = Invalid | Pass | Fail | Inconclusive | NoiseFloor;

export interface Invalid {
  readonly kind: 'INVALID';
  /** One line for each guard that did not hold. */
  readonly reasons: readonly string[];
}

interface Judged {
  readonly estimate: Estimate;
  /** The one-sided bounds that decide; null where the evidence allows none. */
  readonly bounds: Bounds | null;
  /** One line: why this verdict. */
  readonly reason: string;
}

export interface Pass extends Judged {
  readonly kind: 'PASS';
  readonly bounds: Bounds;
}

export interface Fail extends Judged {
  readonly kind: 'FAIL';
  readonly cause: 'latency' | 'errors' | 'costs';
}

export interface Inconclusive extends Judged {
  readonly kind: 'INCONCLUSIVE';
  /** Blocks beyond those measured that would settle it if they go on like these; null: no number of them would. */
  readonly moreBlocks: number | null;
}

/** An A/A run: both arms had the same flags. */
export interface NoiseFloor extends Judged {
  readonly kind: 'NOISE_FLOOR';
  readonly bounds: Bounds;
  /** The smallest overhead that this target and this plan can see. */
  readonly floor: Milliseconds;
}

/** Everything that a verdict rests on. */
export interface Evidence {
  readonly arms: readonly ArmMeasurement[];
  /** Names of the two arms that are compared. */
  readonly baseline: string;
  readonly treatment: string;
  readonly budget: Milliseconds;
  readonly mode: Mode;
  /** When one may look, and how strong the evidence must be then (`planLooks`). */
  readonly looks: readonly Look[];
  readonly guards: readonly Guard[];
  /** Both arms have the same flags. */
  readonly sameFlags: boolean;
  /** Why this comparison can decide nothing, whatever the numbers say; for example two deployments. */
  readonly reservation?: string;
  /** Length of an arm in a block, and how long each arm must be under load before its latency may decide. */
  readonly exposure?: { readonly seconds: Seconds; readonly leastSeconds: Seconds };
}

/** Whether an experiment may end here: more blocks cannot take this verdict back. */
export function isSettled(verdict: Verdict): boolean {
  return verdict.kind === 'PASS' || verdict.kind === 'FAIL' || verdict.kind === 'INVALID';
}

/**
 * The verdict, in the order INVALID, FAIL, PASS, INCONCLUSIVE. With U and L the one-sided bounds of the overhead at
 * the look's tail probability: PASS when U < budget; FAIL when L > budget, or when the treatment has more errors (at
 * least 0.5 points more and one-sided Fisher p below the look's error tail). An A/A run is a NOISE FLOOR instead.
 * In `header` mode both arms wait in one queue, so that the overhead is a lower bound: it can FAIL, never PASS.
 * @throws RangeError for evidence that makes no sense: a missing arm, a P95 or a budget that is not a number
 */
export function judge(evidence: Evidence): Verdict {
  const reasons = evidence.guards.filter((guard) => !guard.held).map((guard) => guard.message);
  if (reasons.length > 0) return { kind: 'INVALID', reasons };
  if (!Number.isFinite(evidence.budget))
    throw new RangeError(`budget ${evidence.budget}: milliseconds are needed`);
  const baseline = armNamed(evidence.arms, evidence.baseline);
  const treatment = armNamed(evidence.arms, evidence.treatment);
  const measured = baseline.blocks.filter((block, b) => block !== null && treatment.blocks[b] != null).length;
  const look = evidence.looks.find(({ blocks }) => blocks === measured);
  const contrast = overheadContrast(baseline.name, treatment.name);
  const estimated = estimate(evidence.arms, contrast, look?.intervalTail ?? DISPLAY_TAIL);
  const bounds = look && look.tail > 0 ? boundsOf(estimated, look.tail) : null;
  const judged = { estimate: estimated, bounds };

  const undecidable = cannotDecide(evidence, estimated);
  if (undecidable !== undefined || !look) {
    return inconclusive(
      evidence,
      judged,
      undecidable ?? `no look is planned after block ${estimated.measured}`,
    );
  }
  if (evidence.sameFlags) return aaVerdict(evidence, judged);
  if (hasMoreErrors(treatment, baseline, look.errorTail)) {
    return { ...judged, kind: 'FAIL', cause: 'errors', reason: errorReason(baseline, treatment) };
  }
  return latencyVerdict(evidence, judged);
}

function latencyVerdict(evidence: Evidence, judged: Omit<Judged, 'reason'>): Verdict {
  const { budget, mode } = evidence;
  const { bounds } = judged;
  if (!bounds || isTooShort(evidence, judged.estimate))
    return inconclusive(evidence, judged, tooEarly(evidence, judged.estimate));
  const scope = scopeOf(evidence, judged.estimate);
  if (bounds.lower > budget) {
    const reason = `the overhead is above ${ms(bounds.lower)}, the budget is ${ms(budget)}${scope}`;
    return { ...judged, kind: 'FAIL', cause: 'latency', reason };
  }
  if (bounds.upper < budget && mode !== 'header') {
    const reason = `the overhead is below ${ms(bounds.upper)}, the budget is ${ms(budget)}${scope}`;
    return { ...judged, bounds, kind: 'PASS', reason };
  }
  const reason =
    mode === 'header'
      ? 'header mode gives a lower bound of the overhead, and it is not above the budget: toggle mode decides'
      : `the overhead lies between ${ms(bounds.lower)} and ${ms(bounds.upper)}, which includes the budget of ${ms(budget)}`;
  return inconclusive(evidence, judged, reason);
}

/** Each arm was under load for less than is needed. The looks of an experiment say so too; whole runs have any length. */
function isTooShort(
  { exposure }: Pick<Evidence, 'exposure'>,
  { measured }: Pick<Estimate, 'measured'>,
): boolean {
  return exposure !== undefined && measured * exposure.seconds < exposure.leastSeconds;
}

/** Why latency cannot decide yet. */
function tooEarly({ exposure }: Evidence, { measured }: Estimate): string {
  if (exposure === undefined || !isTooShort({ exposure }, { measured }))
    return 'it is too early for any decision';
  return `each arm has been under load for ${humanSeconds(measured * exposure.seconds)} of the ${humanSeconds(exposure.leastSeconds)} that are needed`;
}

/** What a verdict by latency has not seen. */
function scopeOf({ exposure }: Evidence, { measured }: Estimate): string {
  if (exposure === undefined) return '';
  const seconds = humanSeconds(recurrenceSeconds(exposure, measured));
  return `; what comes less often than once in ${seconds} was not looked for`;
}

function humanSeconds(seconds: Seconds): string {
  return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}

function aaVerdict(evidence: Evidence, judged: Omit<Judged, 'reason'>): Verdict {
  const { bounds } = judged;
  if (!bounds) return inconclusive(evidence, judged, 'it is too early for any decision');
  const floor = noiseFloor(bounds, judged.estimate.measured);
  const reason = `both arms have the same flags; the smallest overhead that this plan can see is ${ms(floor)}`;
  return { ...judged, bounds, kind: 'NOISE_FLOOR', floor, reason };
}

/** Why no number could decide here; undefined if one could. */
function cannotDecide({ mode, reservation }: Evidence, { measured }: Estimate): string | undefined {
  if (reservation !== undefined) return reservation;
  const least = LEAST_BLOCKS[mode];
  if (measured >= least) return undefined;
  return `${measured} measured of the at least ${least} ${mode === 'runs' ? 'pairs of runs' : 'blocks'} that are needed`;
}

function inconclusive(evidence: Evidence, judged: Omit<Judged, 'reason'>, reason: string): Inconclusive {
  return { ...judged, kind: 'INCONCLUSIVE', reason, moreBlocks: moreBlocks(evidence, judged.estimate) };
}

/** No plan is longer: who needs more blocks needs longer ones. */
const MOST_BLOCKS = 1000;

/** How many more blocks like those measured would bring the bound to the budget's other side. */
function moreBlocks(
  { mode, budget, looks, reservation, sameFlags, exposure }: Evidence,
  estimated: Estimate,
): number | null {
  const { measured, value } = estimated;
  if (reservation !== undefined || (mode === 'header' && value <= budget)) return null;
  const least =
    exposure === undefined ? LEAST_BLOCKS[mode] : firstLook({ mode, ...exposure }, exposure.leastSeconds);
  const missing = Math.max(0, least - measured);
  if (sameFlags || measured < 2) return missing;
  const tail = looks[looks.length - 1]?.tail ?? ALPHA;
  const settles = (blocks: number) => {
    const bounds = boundsOf(estimated, tail, blocks);
    return bounds !== null && (value < budget ? bounds.upper < budget : bounds.lower > budget);
  };
  let [low, high] = [measured + Math.max(1, missing), MOST_BLOCKS];
  if (!settles(high)) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (settles(middle)) high = middle;
    else low = middle + 1;
  }
  return high - measured;
}

function errorReason(baseline: ArmMeasurement, treatment: ArmMeasurement): string {
  const percent = (arm: ArmMeasurement) => `${(errorRate(arm) * 100).toFixed(2)} %`;
  return `${percent(treatment)} of the requests of arm "${treatment.name}" failed, ${percent(baseline)} of "${baseline.name}"`;
}

function ms(value: Milliseconds): string {
  return `${value.toFixed(1)} ms`;
}
