/** k6's summary of an experiment of arms → its result. */
import { recommend } from '../advice/experiment-rules.ts';
import type { ExperimentConfig } from '../config/experiment-config.ts';
import { gateResults } from './gate-results.ts';
import { costGates } from '../gates/cost-limits.ts';
import { overheadGates } from '../gates/verdict-gates.ts';
import { judgeExperiment, p95BudgetMs, type Question, type Seen } from '../experiment/judge-experiment.ts';
import { minutesOf } from '../experiment/explain.ts';
import { armNamed, measuredBlocks as wholeBlocks, type ArmMeasurement } from '../experiment/measurement.ts';
import { isCarried } from '../experiment/carry-over.ts';
import { runNoise, type RunNoise } from '../experiment/run-noise.ts';
import { percentileName, settingOf, type Budget } from '../config/budgets.ts';
import { CURVE_LEVELS } from '../statistics/blocked-sample.ts';
import { blockOf, orderOf, partsOf } from '../experiment/plan.ts';
import { planSize, type Plan } from '../config/experiment-plan.ts';
import {
  type RunContext,
  settingsWith,
  outcomeOfVerdict,
  restoredOf,
  resultOfSummary,
  withoutVerdict,
  interrupted,
} from './result-of-summary.ts';
import { furtherTimesOf } from './further-times.ts';
import { latencyOf } from './latency.ts';
import * as names from '../metrics/overhead-metrics.ts';
import type { AttributionResult, OverheadResult, RunResult } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';
import { countOf, endsOf, valueOf } from './values.ts';
import {
  costResult,
  inMs,
  overheadBudget,
  overheadBudgets,
  overheadCurve,
  overheadNumbers,
  overheadVerdict,
} from '../result/overhead-verdict.ts';
import { carryOverOf, costsOf, measurementOf, slowIn, stallsIn } from './read-experiment.ts';
import { experimentNotes } from './experiment-notes.ts';

/** What only one kind of experiment has. */
interface KindParts {
  /** Beside what the plan says. */
  load: Readonly<Record<string, unknown>>;
  /** From the arms as measured; called where there is a number to read. */
  attribution?: (arms: readonly ArmMeasurement[]) => AttributionResult;
}

/** The result of an experiment. Pure: the same summary gives the same result. */
export function resultOfExperiment(
  config: ExperimentConfig,
  question: Question,
  data: SummaryData,
  context: RunContext,
  { load, attribution }: KindParts,
): RunResult {
  const { plan, budgets } = config;
  const arms = plan.arms.map(({ name }) => measurementOf(data, name, plan.blocks, config.api.timeoutMs));
  const overhead = overheadOf(config, question, arms, data);
  return resultOfSummary(config, data, context, {
    recommend,
    plannedDurationMs: planSize(plan).seconds * 1_000,
    complete: overhead.verdict.kind !== 'INTERRUPTED',
    configuration: {
      load: {
        shape: config.scenario,
        mode: plan.mode,
        perSecond: plan.rate,
        seconds: plan.seconds,
        settleSeconds: plan.settleSeconds,
        warmUpSeconds: plan.warmUpSeconds,
        blocks: plan.blocks,
        arrivals: plan.arrivals,
        ...load,
      },
      limits: limitsOf(budgets),
      flags: null,
    },
    outcome: outcomeOfVerdict(config, data, names, overhead.verdict),
    gates: gateResults([...overheadGates(), ...costGates(question.costLimits)], data),
    overhead,
    attribution: overhead.estimateMs === null ? null : (attribution?.(arms) ?? null),
    notes: experimentNotes(config, question, overhead, data),
  });
}

function overheadOf(
  config: ExperimentConfig,
  question: Question,
  arms: readonly ArmMeasurement[],
  data: SummaryData,
): OverheadResult {
  const { plan } = config;
  const measuredBlocks = wholeBlocks(arms);
  const correlations = CURVE_LEVELS.map((level) => valueOf(data, names.SHARE_CORRELATION, { level }));
  const costs = measuredBlocks === 0 ? [] : costsOf(question, data, measuredBlocks);
  const { guards, verdict } =
    measuredBlocks === 0
      ? { guards: [], verdict: null }
      : judgeExperiment(question, arms, seenIn(config, question, arms, data), costs, correlations);
  const ending =
    withoutVerdict(config, data, names, measuredBlocks) ?? verdict ?? interrupted(measuredBlocks);
  // What ended it may be wrong in the blocks before as well.
  const numbers = ending.kind === 'INVALID' ? null : verdict;
  const [baseline, treatment] = [armNamed(arms, question.baseline), armNamed(arms, question.treatment)];
  return {
    mode: plan.mode,
    budgetMs: p95BudgetMs(question, arms),
    ...overheadBudget(question.budgets),
    baseline: question.baseline,
    treatment: question.treatment,
    sameFlags: question.sameFlags,
    verdict: {
      ...overheadVerdict(ending),
      moreMinutes: 'moreBlocks' in ending ? minutesOf(plan, ending.moreBlocks) : null,
    },
    ...overheadNumbers(numbers),
    ...overheadBudgets(numbers),
    ...overheadCurve({ baseline, treatment, correlations }, numbers, question.looks),
    arms: plan.arms.map(({ name, flags }, i) => ({
      name,
      flags,
      p95Ms: measuredBlocks > 0 ? (arms[i]?.p95 ?? null) : null,
      requests: arms[i]?.requests ?? 0,
      errors: arms[i]?.errors ?? 0,
      latency: latencyOf(data, names.tagged(names.LATENCY, { arm: name })),
      ...(isCompared(question, name) ? { stalls: stallsIn(data, name) } : {}),
      blocks: (arms[i]?.blocks ?? []).map(
        (block, b) =>
          block && {
            p95Ms: block.p95,
            requests: block.requests,
            startedAtMs: valueOf(data, names.BLOCK_START, { arm: name, block: b + 1 }) || null,
            ...(isCompared(question, name) ? { slow: slowIn(data, plan, name, b + 1) } : {}),
          },
      ),
    })),
    orders: ordersOf(plan, measuredBlocks),
    costs: costs.map((cost) => costResult(cost, question.costLimits)),
    guards: guards.map(({ name, held, message }) => ({ name, held, message })),
    plannedBlocks: plan.blocks,
    measuredBlocks,
    savedShare: verdict === null ? 0 : 1 - measuredBlocks / plan.blocks,
    ...deploymentsPart(config, data, measuredBlocks),
    noise: noiseOf(plan, arms, measuredBlocks),
    ...furtherTimesOf(config, data, measuredBlocks),
    flagsRestored: restoredOf(data),
  };
}

/** The budgets as they were set. */
function limitsOf([p95, ...others]: readonly Budget[]): Record<string, unknown> {
  return {
    budgetMs: p95 === undefined ? null : settingOf(p95),
    ...Object.fromEntries(
      others.map((one) => [`${percentileName(one.level).toLowerCase()}BudgetMs`, settingOf(one)]),
    ),
  };
}

/** Where the arms ran, and how far these deployments themselves are apart. */
function deploymentsPart(
  { deployments, plan }: ExperimentConfig,
  data: SummaryData,
  measuredBlocks: number,
): Pick<OverheadResult, 'deployments'> {
  if (deployments === undefined) return {};
  const found = endsOf(data, names.DEPLOYMENTS);
  const isKnown = plan.deployments === 'crossed' && measuredBlocks > 1;
  return {
    deployments: {
      urls: { ...deployments.urls },
      crossed: plan.deployments === 'crossed',
      differenceMs: isKnown ? found.value : null,
      interval: isKnown ? inMs(found) : null,
    },
  };
}

/** The arms of a whole-system experiment of which it is known when they were slow. */
function isCompared({ plan, baseline, treatment }: Question, arm: string): boolean {
  return plan.mode === 'toggle' && (arm === baseline || arm === treatment);
}

/** The arms of each block by their first letters, which tell two apart; the seed and the plan give the order of more. */
function ordersOf(plan: Plan, measuredBlocks: number): string[] {
  if (plan.mode !== 'toggle' || plan.arms.length !== 2) return [];
  return Array.from({ length: measuredBlocks }, (_, block) =>
    partsOf(plan, block, blockOf(plan, block))
      .flatMap(({ order }) => order)
      .map((arm) => (plan.arms[arm]?.name ?? '').charAt(0).toUpperCase())
      .join(''),
  );
}

function noiseOf(plan: Plan, arms: readonly ArmMeasurement[], measuredBlocks: number): RunNoise | null {
  if (plan.mode !== 'toggle' || plan.deployments !== undefined) return null;
  const orders = Array.from({ length: measuredBlocks }, (_, block) => orderOf(plan, block));
  return runNoise(arms, orders);
}

/** What the experiment saw besides latencies. */
function seenIn(
  { settings }: Pick<ExperimentConfig, 'settings'>,
  question: Question,
  arms: readonly ArmMeasurement[],
  data: SummaryData,
): Seen {
  return {
    startLatenessP99: data.metrics[names.LATENESS]?.values.value ?? Number.NaN,
    echoMismatches: countOf(data, names.ECHO_MISMATCHES),
    wrongFlags: settingsWith(settings, data, names.ECHO_MISMATCHES),
    successfulAnswers: countOf(data, names.ANSWERS),
    carryOver: isCarried(question.plan) ? carryOverOf(p95BudgetMs(question, arms), data) : null,
  };
}
