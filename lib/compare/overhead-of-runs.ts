/** Judged pairs of runs → the overhead part of a result. */
import { BASELINE, TREATMENT } from '../config/arms.ts';
import { unseenStallShare } from '../experiment/noise-floor.ts';
import type { QuantileFunction } from '../statistics/quantile-function.ts';
import { correlationsOf } from '../experiment/curve.ts';
import { p95BudgetMs } from '../experiment/judge-experiment.ts';
import {
  overheadBudget,
  overheadBudgets,
  overheadCurve,
  overheadNumbers,
  overheadVerdict,
} from '../result/overhead-verdict.ts';
import { latencyFrom } from '../result/merged-latency.ts';
import type { Latency, OverheadResult } from '../result/run-result.ts';
import type { FlagValues, Milliseconds } from '../../thresholds/types.ts';
import {
  looksOfRuns,
  pooled,
  secondsOfRun,
  type JudgedRuns,
  type RunPair,
  type RunsQuestion,
} from './judge-runs.ts';
import type { MeasuredRun } from './measured-run.ts';

/** How a series of pairs ended. */
export type Ending =
  | { readonly kind: 'judged'; readonly judged: JudgedRuns }
  /** No measurement is possible; the reason in one line. */
  | { readonly kind: 'invalid'; readonly reason: string; readonly judged: JudgedRuns | null }
  /** Ctrl+C, before a verdict. */
  | { readonly kind: 'interrupted'; readonly judged: JudgedRuns | null };

/** What the numbers do not tell. */
export interface RunsContext {
  readonly flags: Readonly<Record<typeof BASELINE | typeof TREATMENT, FlagValues>>;
  /** The order of the arms in each measured pair, `BT` or `TB`. */
  readonly orders: readonly string[];
  /** null where nothing was switched. */
  readonly flagsRestored: boolean | null;
}

/** The overhead part of a result. */
export function overheadOfRuns(
  question: RunsQuestion,
  pairs: readonly RunPair[],
  ending: Ending,
  context: RunsContext,
): OverheadResult {
  const { judged } = ending;
  return {
    mode: 'runs',
    budgetMs: p95BudgetMs({ budgets: question.budgets, baseline: BASELINE }, judged?.arms ?? []),
    ...overheadBudget(question.budgets),
    baseline: BASELINE,
    treatment: TREATMENT,
    sameFlags: question.sameFlags,
    verdict: withMinutes(verdictOf(ending, pairs.length), pairs),
    ...overheadNumbers(judged?.verdict ?? null),
    ...overheadBudgets(judged?.verdict ?? null),
    ...curveOfRuns(judged, question),
    arms: ([BASELINE, TREATMENT] as const).map((name) =>
      armResult(name, pairs, judged, question.planned, context),
    ),
    orders: [...context.orders],
    guards: (judged?.guards ?? []).map(({ name, held, message }) => ({ name, held, message })),
    plannedBlocks: question.planned,
    measuredBlocks: pairs.length,
    savedShare: ending.kind === 'judged' ? Math.max(0, 1 - pairs.length / question.planned) : 0,
    flagsRestored: context.flagsRestored,
  };
}

/** What a reader must know about pairs of runs, whatever they measured. */
export function notesOnRuns(overhead: OverheadResult): string[] {
  const { measuredBlocks } = overhead;
  const share = (unseenStallShare(measuredBlocks) * 100).toFixed(0);
  return [
    'A block is a pair of runs; P95 of an arm is that of the requests of all its runs together.',
    ...(measuredBlocks > 3
      ? [`Up to ${share} % of pairs could stall without one among those measured (95 % confidence).`]
      : []),
  ];
}

function curveOfRuns(judged: JudgedRuns | null, question: RunsQuestion): Pick<OverheadResult, 'curve'> {
  if (judged === null) return {};
  const [baseline, treatment] = judged.arms;
  const correlations = correlationsOf(baseline, treatment);
  return overheadCurve({ baseline, treatment, correlations }, judged.verdict, looksOfRuns(question));
}

/** How long the load of so many more pairs takes, without what switches the flags. */
function withMinutes(
  verdict: OverheadResult['verdict'],
  pairs: readonly RunPair[],
): OverheadResult['verdict'] {
  const seconds = pairs.length === 0 ? null : secondsOfRun(pairs);
  if (verdict.moreBlocks === null || seconds === null) return verdict;
  return { ...verdict, moreMinutes: (verdict.moreBlocks * 2 * seconds) / 60 };
}

function verdictOf(ending: Ending, measured: number): OverheadResult['verdict'] {
  switch (ending.kind) {
    case 'invalid':
      return overheadVerdict({ kind: 'INVALID', reasons: [ending.reason] });
    case 'interrupted': {
      const reason = `ended after ${measured} whole pairs of runs, before a verdict`;
      return overheadVerdict({ kind: 'INTERRUPTED', reasons: [reason] });
    }
    case 'judged':
      return overheadVerdict(ending.judged.verdict);
  }
}

function armResult(
  name: typeof BASELINE | typeof TREATMENT,
  pairs: readonly RunPair[],
  judged: JudgedRuns | null,
  planned: number,
  { flags }: RunsContext,
): OverheadResult['arms'][number] {
  const arm = judged?.arms.find((candidate) => candidate.name === name);
  const none = Array.from({ length: planned }, () => null);
  return {
    name,
    flags: { ...flags[name] },
    p95Ms: arm?.p95 ?? null,
    requests: arm?.requests ?? 0,
    errors: arm?.errors ?? 0,
    latency: pairs.length === 0 ? null : armLatency(pairs.map((pair) => pair[name])),
    blocks:
      arm?.blocks.map((block) => (block === null ? null : { p95Ms: block.p95, requests: block.requests })) ??
      none,
  };
}

/** Of the suite's own runs only: other tools keep too few percentiles to fill a distribution with. */
function armLatency(runs: readonly MeasuredRun[]): Latency | null {
  if (runs.some(({ result }) => result === null)) return null;
  const distribution = pooled(runs);
  return latencyFrom(distribution, meanOf(distribution));
}

/** The mean of a distribution that is linear between its points. */
function meanOf({ p, values }: QuantileFunction): Milliseconds {
  return values.reduce((sum, value, i) => {
    if (i === 0) return sum;
    return sum + ((p[i] ?? 0) - (p[i - 1] ?? 0)) * ((value + (values[i - 1] ?? 0)) / 2);
  }, 0);
}
