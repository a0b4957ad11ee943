/** Pairs of whole runs → a verdict, by the same function as the experiment's. */
import { BASELINE, TREATMENT } from '../config/arms.ts';
import type { Budget } from '../config/budgets.ts';
import { baselineErrorsGuard, errorBalanceGuard, notFasterGuard, type Guard } from '../experiment/guards.ts';
import { blockedSample, distributionBlock } from '../statistics/blocked-sample.ts';
import type { ArmMeasurement } from '../experiment/measurement.ts';
import { evaluate, merge, type QuantileFunction } from '../statistics/quantile-function.ts';
import { planLooks, type Look } from '../statistics/spending.ts';
import { ifProven } from '../experiment/judge-experiment.ts';
import { judge, type Verdict } from '../experiment/verdict.ts';
import { LEAST_BLOCKS, LEAST_REQUESTS } from '../config/experiment-plan.ts';
import type { Seconds } from '../../thresholds/types.ts';
import type { MeasuredRun } from './measured-run.ts';

/** A block: one run of each arm, next to each other in time. */
export interface RunPair {
  readonly baseline: MeasuredRun;
  readonly treatment: MeasuredRun;
}

/** What pairs of runs are judged by. */
export interface RunsQuestion {
  readonly budgets: readonly Budget[];
  /** Pairs of the whole plan. */
  readonly planned: number;
  readonly earlyStop: boolean;
  /** How long each arm must be under load before its latency may decide. */
  readonly leastSeconds: Seconds;
  /** Both arms have the same flags on purpose: an A/A run. */
  readonly sameFlags: boolean;
  /** The baseline is not everything off, or the team allows a treatment that is faster. */
  readonly mayBeFaster: boolean;
  /** Why the pairs can decide nothing, whatever the numbers say. */
  readonly reservation: string | null;
  /** Why they can prove no PASS. */
  readonly unproven: string | null;
}

export interface JudgedRuns {
  readonly arms: readonly [baseline: ArmMeasurement, treatment: ArmMeasurement];
  readonly guards: readonly Guard[];
  readonly verdict: Verdict;
}

/**
 * Pairs up runs in the order of time; those of a tool that does not keep it, in the order given.
 * @throws RangeError unless both groups have as many
 */
export function pairUp(baseline: readonly MeasuredRun[], treatment: readonly MeasuredRun[]): RunPair[] {
  if (baseline.length !== treatment.length) {
    throw new RangeError(
      `${baseline.length} baseline and ${treatment.length} treatment runs: a pair needs one of each`,
    );
  }
  const second = inOrderOfTime(treatment);
  return inOrderOfTime(baseline).flatMap((run, i) => {
    const other = second[i];
    return other === undefined ? [] : [{ baseline: run, treatment: other }];
  });
}

/** Whether every baseline run came before every treatment run: then a drift between them counts as overhead. */
export function isInSeries(pairs: readonly RunPair[]): boolean {
  const times = (arm: keyof RunPair) => pairs.map((pair) => pair[arm].startedAt ?? '');
  const [before, after] = [times('baseline').sort(), times('treatment').sort()];
  if ([...before, ...after].includes('')) return false;
  return (
    pairs.length > 1 && ((before.at(-1) ?? '') < (after[0] ?? '') || (after.at(-1) ?? '') < (before[0] ?? ''))
  );
}

/**
 * Judges at least one pair. A block is a pair of runs, and the pooled P95 of an arm comes from the merged
 * distributions of its runs.
 * @param observed guards of the caller's own, such as the echo of the flags
 */
export function judgeRuns(
  question: RunsQuestion,
  pairs: readonly RunPair[],
  observed: readonly Guard[] = [],
): JudgedRuns {
  const arms = [
    armOf(
      BASELINE,
      pairs.map(({ baseline }) => baseline),
      question.planned,
    ),
    armOf(
      TREATMENT,
      pairs.map(({ treatment }) => treatment),
      question.planned,
    ),
  ] as const;
  const guards = [
    ...observed,
    ...(errorsKnown(pairs) ? errorGuards(arms) : []),
    ...(question.mayBeFaster ? [] : [notFasterGuard(...arms)]),
  ];
  const seconds = secondsOfRun(pairs);
  const verdict = judge({
    arms,
    baseline: BASELINE,
    treatment: TREATMENT,
    budgets: question.budgets,
    mode: 'runs',
    looks: looksOfRuns(question),
    guards,
    sameFlags: question.sameFlags,
    ...(question.reservation === null ? {} : { reservation: question.reservation }),
    ...(seconds === null ? {} : { exposure: { seconds, leastSeconds: question.leastSeconds } }),
  });
  return { arms, guards, verdict: ifProven(question, verdict) };
}

/** How long a run loads its target, on average over those of the arm that did so for less; null where a file does not say. */
export function secondsOfRun(pairs: readonly RunPair[]): Seconds | null {
  const means = (['baseline', 'treatment'] as const).map(
    (arm) => sumOf(pairs.map((pair) => pair[arm].seconds ?? NaN)) / pairs.length,
  );
  const least = Math.min(...means);
  return Number.isNaN(least) ? null : least;
}

/** The looks of a plan of pairs; fewer pairs than may decide have one look, and never a decision. */
export function looksOfRuns({
  planned,
  earlyStop,
  sameFlags,
  budgets,
}: Pick<RunsQuestion, 'planned' | 'earlyStop' | 'sameFlags' | 'budgets'>): Look[] {
  const first = Math.min(LEAST_BLOCKS.runs, planned);
  const stops = earlyStop && !sameFlags && planned >= LEAST_BLOCKS.runs;
  return planLooks(planned, first, stops, budgets.length);
}

/** The distribution of all requests of some runs. */
export function pooled(runs: readonly MeasuredRun[]): QuantileFunction {
  return merge(distributionsOf(runs));
}

/** Where a run does not say how many requests it has, all weigh alike, and none has more than the fewest allowed. */
function distributionsOf(runs: readonly MeasuredRun[]): QuantileFunction[] {
  const known = runs.every(({ requests }) => requests !== null);
  return runs.map(({ latency }) => (known ? latency : { ...latency, count: LEAST_REQUESTS }));
}

function armOf(name: string, runs: readonly MeasuredRun[], planned: number): ArmMeasurement {
  const distributions = distributionsOf(runs);
  const together = merge(distributions);
  const slots = Math.max(planned, runs.length);
  return {
    name,
    p95: evaluate(together, 0.95),
    sample: blockedSample(
      together,
      Array.from({ length: slots }, (_, i) => {
        const distribution = distributions[i];
        return distribution === undefined ? null : distributionBlock(distribution);
      }),
    ),
    // A run says nothing of how long its client would have waited.
    noAnswerMs: evaluate(together, 1),
    requests: sumOf(runs.map(({ requests }) => requests ?? 0)),
    errors: sumOf(runs.map(({ errors }) => errors ?? 0)),
    blocks: Array.from({ length: slots }, (_, i) => {
      const run = runs[i];
      return run === undefined ? null : { p95: run.p95Ms, requests: run.requests ?? 0 };
    }),
  };
}

function errorsKnown(pairs: readonly RunPair[]): boolean {
  return pairs.every(({ baseline, treatment }) => baseline.errors !== null && treatment.errors !== null);
}

function errorGuards([baseline, treatment]: JudgedRuns['arms']): Guard[] {
  return [baselineErrorsGuard(baseline), errorBalanceGuard(baseline, treatment)];
}

function inOrderOfTime(runs: readonly MeasuredRun[]): MeasuredRun[] {
  if (runs.some(({ startedAt }) => startedAt === null)) return [...runs];
  return [...runs].sort((a, b) => Date.parse(a.startedAt ?? '') - Date.parse(b.startedAt ?? ''));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
