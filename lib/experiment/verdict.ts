import { budgetMsOf, describeBudget, percentileName, type Budget } from '../config/budgets.ts';
import { correlationsOf, marginOf, type Pair } from './curve.ts';
import { decidingBounds, DISPLAY_TAIL, estimate, overheadContrast, type Estimate } from './estimate.ts';
import type { Bounds } from '../statistics/contrast.ts';
import { errorRate, hasMoreErrors } from '../statistics/fisher.ts';
import type { Guard } from './guards.ts';
import { armNamed, measuredBlocks, type ArmMeasurement } from './measurement.ts';
import { firstLook, recurrenceSeconds } from '../config/exposure.ts';
import { humanShare } from '../format/format.ts';
import { LEAST_BLOCKS, MOST_BLOCKS, type Mode } from '../config/experiment-plan.ts';
import { noiseFloor } from './noise-floor.ts';
import type { Milliseconds, Seconds } from '../../thresholds/types.ts';
import { CENTRE, slowClusters } from '../statistics/blocked-sample.ts';
import { firstWhere } from '../statistics/first-where.ts';
import { evaluate } from '../statistics/quantile-function.ts';
import { lookAfter, type Look } from '../statistics/spending.ts';

/** What a measurement proves. A number can only be read from one that is valid. */
export type Verdict = Invalid | Pass | Fail | Inconclusive | NoiseFloor;

interface Invalid {
  readonly kind: 'INVALID';
  /** One line for each guard that did not hold. */
  readonly reasons: readonly string[];
}

/** An overhead against its budget at one percentile. */
interface JudgedBudget {
  readonly budget: Budget;
  /** A share of the baseline as milliseconds of what was measured. */
  readonly budgetMs: Milliseconds;
  readonly overheadMs: Milliseconds;
  /** One-sided: crossed where `lower` is above the budget, kept where `upper` is below it; null where it is too early. */
  readonly bounds: Bounds | null;
  readonly outcome: 'kept' | 'crossed' | 'open';
}

interface Judged {
  readonly estimate: Estimate;
  /** The one-sided bounds that decide at P95; null where the evidence allows none. */
  readonly bounds: Bounds | null;
  /** That of P95 first. */
  readonly budgets: readonly JudgedBudget[];
  /** One line: why this verdict. */
  readonly reason: string;
}

interface Pass extends Judged {
  readonly kind: 'PASS';
  readonly bounds: Bounds;
}

interface Fail extends Judged {
  readonly kind: 'FAIL';
  readonly cause: 'latency' | 'errors' | 'costs';
}

interface Inconclusive extends Judged {
  readonly kind: 'INCONCLUSIVE';
  /** Blocks beyond those measured that would settle it if they go on like these; null: no number of them would. */
  readonly moreBlocks: number | null;
  /** So few separate spells of slow requests were seen that it may take many times as many. */
  readonly isRough: boolean;
}

/** An A/A run: both arms had the same flags. */
interface NoiseFloor extends Judged {
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
  /** What the treatment may cost; that of P95 first. */
  readonly budgets: readonly Budget[];
  /** How far the blocks of the two arms go together (`correlationsOf`); absent: read from the arms. */
  readonly correlations?: readonly number[];
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

/** With the two arms that are compared. */
type Paired = Evidence & { readonly pair: Pair };

/** Whether an experiment may end here: more blocks cannot take this verdict back. */
export function isSettled(verdict: Verdict): boolean {
  return verdict.kind === 'PASS' || verdict.kind === 'FAIL' || verdict.kind === 'INVALID';
}

/**
 * The verdict, in the order INVALID, FAIL, PASS, INCONCLUSIVE. With U and L the one-sided bounds of the overhead at
 * the look's tail probability: PASS when U < budget; FAIL when L > budget, or when the treatment has more errors (at
 * least 0.5 points more and one-sided Fisher p below the look's error tail). Of several budgets PASS needs all, each at
 * the full error rate: it is wrong only where the crossed one passes as well (an intersection-union test: Berger 1982).
 * FAIL needs one, each at its part of the error rate (Bonferroni): any of them can be wrong, and each that is named
 * holds by itself. An A/A run is a NOISE FLOOR instead.
 * In `header` mode both arms wait in one queue, so that the overhead is a lower bound: it can FAIL, never PASS.
 * @throws RangeError for evidence that makes no sense: a missing arm, a P95 that is not a number
 */
export function judge(given: Evidence): Verdict {
  const reasons = given.guards.filter((guard) => !guard.held).map((guard) => guard.message);
  if (reasons.length > 0) return { kind: 'INVALID', reasons };
  const baseline = armNamed(given.arms, given.baseline);
  const treatment = armNamed(given.arms, given.treatment);
  const correlations = given.correlations ?? correlationsOf(baseline, treatment);
  const pair = { baseline, treatment, correlations };
  const evidence = { ...given, pair };
  const look = lookAfter(evidence.looks, measuredBlocks([baseline, treatment]));
  const contrast = overheadContrast(baseline.name, treatment.name);
  const estimated = estimate(evidence.arms, contrast, look?.intervalTail ?? DISPLAY_TAIL);
  const budgets = evidence.budgets.map((budget) => judgeBudget(pair, budget, look));
  const judged = { estimate: estimated, bounds: budgets[0]?.bounds ?? null, budgets };

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

function latencyVerdict(evidence: Paired, judged: Omit<Judged, 'reason'>): Verdict {
  const { bounds, budgets } = judged;
  if (!bounds || isTooShort(evidence, judged.estimate))
    return inconclusive(evidence, judged, tooEarly(evidence, judged.estimate));
  const scope = scopeOf(evidence, judged.estimate);
  const saying = (outcome: JudgedBudget['outcome']) =>
    budgets
      .filter((one) => one.outcome === outcome)
      .map((one) => describeJudged(one, budgets.length > 1))
      .join('; ');
  if (budgets.some(({ outcome }) => outcome === 'crossed'))
    return { ...judged, kind: 'FAIL', cause: 'latency', reason: `${saying('crossed')}${scope}` };
  if (evidence.mode === 'header') {
    const reason =
      'header mode gives a lower bound of the overhead, and it is not above the budget: toggle mode decides';
    return inconclusive(evidence, judged, reason);
  }
  if (budgets.every(({ outcome }) => outcome === 'kept'))
    return { ...judged, bounds, kind: 'PASS', reason: `${saying('kept')}${scope}` };
  return inconclusive(evidence, judged, saying('open'));
}

/** An overhead against its budget. @param blocks as if so many had been measured */
function judgeBudget(pair: Pair, budget: Budget, look: Look | undefined, blocks?: number): JudgedBudget {
  const margin = marginOf(pair, budget);
  const { baseline } = pair;
  const ofBaseline =
    budget.level === CENTRE ? baseline.p95 : evaluate(baseline.sample.quantiles, budget.level);
  const budgetMs = budgetMsOf(budget, ofBaseline);
  const shift = 'ms' in budget.limit ? 0 : budgetMs;
  const found = { budget, budgetMs, overheadMs: margin.value + shift };
  const boundAt = (tail: number | undefined) =>
    tail === undefined || tail === 0 ? null : decidingBounds(margin, tail, blocks);
  const [crossed, kept] = [boundAt(look?.crossedTail), boundAt(look?.tail)];
  if (crossed === null || kept === null) return { ...found, bounds: null, outcome: 'open' };
  const isOpen = crossed.isOpen === true || kept.isOpen === true;
  const bounds = { lower: crossed.lower + shift, upper: kept.upper + shift, isOpen };
  const outcome = bounds.lower > budgetMs ? 'crossed' : bounds.upper < budgetMs ? 'kept' : 'open';
  return { ...found, bounds, outcome };
}

function describeJudged(
  { budget, budgetMs, bounds, outcome }: JudgedBudget,
  isOneOfSeveral: boolean,
): string {
  const where = isOneOfSeveral ? ` at ${percentileName(budget.level)}` : '';
  const share = 'ms' in budget.limit ? '' : ` (${describeBudget(budget)})`;
  const limit = `${ms(budgetMs)}${share}`;
  if (bounds === null) return `it is too early for a decision${where}`;
  if (outcome === 'crossed')
    return `the overhead${where} is above ${ms(bounds.lower)}, the budget is ${limit}`;
  if (outcome === 'kept') return `the overhead${where} is below ${ms(bounds.upper)}, the budget is ${limit}`;
  if (bounds.isOpen === true)
    return `the overhead${where} is not yet bounded, so that it may be below or above the budget of ${limit}`;
  return `the overhead${where} lies between ${ms(bounds.lower)} and ${ms(bounds.upper)}, which includes the budget of ${limit}`;
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

function aaVerdict(evidence: Paired, judged: Omit<Judged, 'reason'>): Verdict {
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

/**
 * Fewer clusters tell badly how often they come: as many more blocks as are asked for then settle one session in four, and
 * about half where there are more (simulated: stalls of 2 s each minute after 5 blocks, of 1 s each half minute after 10).
 */
const FEW_CLUSTERS = 10;

function inconclusive(evidence: Paired, judged: Omit<Judged, 'reason'>, reason: string): Inconclusive {
  const { baseline, treatment } = evidence.pair;
  return {
    ...judged,
    kind: 'INCONCLUSIVE',
    reason,
    moreBlocks: moreBlocks(evidence, judged.estimate, judged.budgets),
    isRough: [baseline, treatment].some(({ sample }) => slowClusters(sample) < FEW_CLUSTERS),
  };
}

/** How many more blocks like those measured would bring the bound to the budget's other side. */
function moreBlocks(evidence: Paired, { measured }: Estimate, found: Judged['budgets']): number | null {
  const { mode, budgets, looks, reservation, sameFlags, exposure, pair } = evidence;
  const isBelow = found.every(({ overheadMs, budgetMs }) => overheadMs <= budgetMs);
  if (reservation !== undefined || (mode === 'header' && isBelow)) return null;
  const least =
    exposure === undefined ? LEAST_BLOCKS[mode] : firstLook({ mode, ...exposure }, exposure.leastSeconds);
  const missing = Math.max(0, least - measured);
  if (sameFlags || measured < 2) return missing;
  const look = looks[looks.length - 1];
  const settles = (blocks: number) => {
    const outcomes = budgets.map((budget) => judgeBudget(pair, budget, look, blocks).outcome);
    return outcomes.includes('crossed') || outcomes.every((outcome) => outcome === 'kept');
  };
  if (!settles(MOST_BLOCKS)) return null;
  return firstWhere(measured + Math.max(1, missing), MOST_BLOCKS, settles) - measured;
}

function errorReason(baseline: ArmMeasurement, treatment: ArmMeasurement): string {
  const failed = (arm: ArmMeasurement) => humanShare(errorRate(arm));
  return `${failed(treatment)} of the requests of arm "${treatment.name}" failed, ${failed(baseline)} of "${baseline.name}"`;
}

function ms(value: Milliseconds): string {
  return `${value.toFixed(1)} ms`;
}
