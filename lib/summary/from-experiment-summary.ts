/** k6's summary of an experiment of arms → its result. */
import { recommend } from '../advice/experiment-rules.ts';
import { WATCHED_AT_ONE } from '../config/deployments.ts';
import type { ExperimentConfig } from '../config/experiment-config.ts';
import { gateResults } from './gate-results.ts';
import { costGates } from '../gates/cost-limits.ts';
import { overheadGates } from '../gates/verdict-gates.ts';
import { judgeExperiment, lookAfter, p95BudgetMs, type Question } from '../experiment/judge-experiment.ts';
import { movement, type CarryOver } from '../experiment/carry-over.ts';
import type { CostEstimate } from '../experiment/costs.ts';
import { DISPLAY_TAIL } from '../experiment/estimate.ts';
import { minutesOf } from '../experiment/explain.ts';
import { armNamed, type ArmMeasurement } from '../experiment/measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { runNoise, type RunNoise } from '../experiment/run-noise.ts';
import { SLICES, unpackSlow } from '../experiment/slow-slices.ts';
import { longerSeconds, restsOnStalls } from '../experiment/stalls.ts';
import { percentileName, type Budget } from '../config/budgets.ts';
import { CURVE_LEVELS, ERROR_LEVELS } from '../statistics/blocked-sample.ts';
import { errorRate } from '../statistics/fisher.ts';
import { BASELINE_ERROR_LIMIT, type Guard } from '../experiment/guards.ts';
import { unseenStallShare } from '../experiment/noise-floor.ts';
import { blockOf, orderOf, partsOf } from '../experiment/plan.ts';
import { planSize, type Plan } from '../config/experiment-plan.ts';
import type { Verdict } from '../experiment/verdict.ts';
import {
  type RunContext,
  settingsWith,
  outcomeOfVerdict,
  leftNotes,
  restoredOf,
  resultOfSummary,
  withoutVerdict,
  interrupted,
} from './result-of-summary.ts';
import { humanDuration, humanMs, humanRange, humanShare } from '../format/format.ts';
import { furtherTimesOf } from './further-times.ts';
import { latencyOf } from './latency.ts';
import * as names from '../metrics/overhead-metrics.ts';
import { QUANTILE_LEVELS, quantileFunction } from '../metrics/quantiles.ts';
import type { AttributionResult, OverheadResult, RunResult } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';
import { countOf, endsOf, valueOf } from './values.ts';
import {
  costResult,
  inMs,
  overheadBudgets,
  overheadCurve,
  overheadNumbers,
  overheadVerdict,
} from '../result/overhead-verdict.ts';

/** What only one kind of experiment has. */
export interface KindParts {
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
    notes: [
      ...notesOf(question, overhead),
      ...leftNotes(config, data),
      ...lateNotes(overhead, carryOverOf(overhead.budgetMs, data)),
      ...failingArms(overhead),
    ],
  });
}

function overheadOf(
  config: ExperimentConfig,
  question: Question,
  arms: readonly ArmMeasurement[],
  data: SummaryData,
): OverheadResult {
  const { plan } = config;
  const measuredBlocks = arms[0]?.blocks.filter((block) => block !== null).length ?? 0;
  const correlations = CURVE_LEVELS.map((level) => valueOf(data, names.SHARE_CORRELATION, { level }));
  const { guards, verdict } = verdictOf(config, question, arms, data, measuredBlocks, correlations);
  const ending =
    withoutVerdict(config, data, names, measuredBlocks) ?? verdict ?? interrupted(measuredBlocks);
  return {
    mode: plan.mode,
    budgetMs: p95BudgetMs(question, arms),
    baseline: question.baseline,
    treatment: question.treatment,
    sameFlags: question.sameFlags,
    verdict: {
      ...overheadVerdict(ending),
      moreMinutes: 'moreBlocks' in ending ? minutesOf(plan, ending.moreBlocks) : null,
    },
    ...overheadNumbers(verdict),
    ...overheadBudgets(verdict),
    ...overheadCurve(
      {
        baseline: armNamed(arms, question.baseline),
        treatment: armNamed(arms, question.treatment),
        correlations,
      },
      verdict,
      question.looks,
    ),
    arms: plan.arms.map(({ name, flags }, i) => ({
      name,
      flags,
      p95Ms: measuredBlocks > 0 ? (arms[i]?.p95 ?? null) : null,
      requests: arms[i]?.requests ?? 0,
      errors: arms[i]?.errors ?? 0,
      latency: latencyOf(data, names.tagged(names.LATENCY, { arm: name })),
      ...(isCompared(question, name) ? { stalls: stallsIn(data, name) } : {}),
      blocks: (arms[i]?.blocks ?? []).map((block, b) =>
        block === null
          ? null
          : {
              p95Ms: block.p95,
              requests: block.requests,
              startedAtMs: valueOf(data, names.BLOCK_START, { arm: name, block: b + 1 }) || null,
              ...(isCompared(question, name) ? { slow: slowIn(data, plan, name, b + 1) } : {}),
            },
      ),
    })),
    orders:
      // Letters tell two arms apart; the seed and the plan give the order of more.
      plan.mode === 'toggle' && plan.arms.length === 2
        ? Array.from({ length: measuredBlocks }, (_, block) =>
            partsOf(plan, block, blockOf(plan, block))
              .flatMap(({ order }) => order)
              .map((arm) => (plan.arms[arm]?.name ?? '').charAt(0).toUpperCase())
              .join(''),
          )
        : [],
    costs: costsOf(question, data, measuredBlocks).map((cost) => costResult(cost, question.costLimits)),
    guards: guards.map(({ name, held, message }) => ({ name, held, message })),
    plannedBlocks: plan.blocks,
    measuredBlocks,
    savedShare: verdict === null ? 0 : 1 - measuredBlocks / plan.blocks,
    ...deploymentsPart(config, data, measuredBlocks),
    noise:
      plan.mode === 'toggle' && plan.deployments === undefined ? noiseOf(plan, arms, measuredBlocks) : null,
    ...furtherTimesOf(config, data, measuredBlocks),
    flagsRestored: restoredOf(data),
  };
}

/** The budgets as they were set. */
function limitsOf([p95, ...others]: readonly Budget[]): Record<string, unknown> {
  const setting = ({ limit }: Budget) => ('ms' in limit ? limit.ms : `${limit.shareOfBaseline * 100}%`);
  return {
    budgetMs: p95 === undefined ? null : setting(p95),
    ...Object.fromEntries(
      others.map((one) => [`${percentileName(one.level).toLowerCase()}BudgetMs`, setting(one)]),
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

function stallsIn(data: SummaryData, arm: string) {
  const value = (metric: string) => valueOf(data, metric, { arm });
  const count = value(names.STALLS.count);
  const typicalMs = count === 0 ? null : value(names.STALLS.typicalMs);
  return { count, share: value(names.STALLS.share), typicalMs };
}

function slowIn(data: SummaryData, { seconds }: Plan, arm: string, block: number) {
  const packed = valueOf(data, names.BLOCK_SLOW, { arm, block });
  return { sliceMs: (seconds * 1_000) / SLICES, levels: unpackSlow(packed) };
}

function noiseOf(plan: Plan, arms: readonly ArmMeasurement[], measuredBlocks: number): RunNoise | null {
  const orders = Array.from({ length: measuredBlocks }, (_, block) => orderOf(plan, block));
  return runNoise(arms, orders);
}

/** An arm as the experiment's metrics hold it. */
function measurementOf(
  data: SummaryData,
  arm: string,
  planned: number,
  noAnswerMs: Milliseconds,
): ArmMeasurement {
  const value = (metric: string, tags: Record<string, number>) => valueOf(data, metric, { arm, ...tags });
  const blocks = Array.from({ length: planned }, (_, b) => {
    const requests = value(names.BLOCK_REQUESTS, { block: b + 1 });
    return requests === 0 ? null : { p95: value(names.BLOCK_P95, { block: b + 1 }), requests };
  });
  const requests = countOf(data, names.LATENCY, { arm });
  const quantiles = quantileFunction(data.metrics[names.tagged(names.LATENCY, { arm })]?.values ?? {});
  return {
    name: arm,
    p95: valueOf(data, names.LATENCY, { arm }, 'p(95)'),
    sample: {
      quantiles: {
        count: requests,
        p: QUANTILE_LEVELS,
        values: quantiles ?? QUANTILE_LEVELS.map(() => 0),
      },
      errors: ERROR_LEVELS.map((level) => value(names.SHARE_ERROR, { level })),
      shares: blocks.map((block, b) => block && value(names.BLOCK_SHARE, { block: b + 1 })),
    },
    noAnswerMs,
    requests,
    errors: countOf(data, names.ERRORS, { arm }),
    blocks,
  };
}

/** The experiment's verdict, judged again from its metrics; `null` where it came to none. */
function verdictOf(
  { settings }: Pick<ExperimentConfig, 'settings'>,
  question: Question,
  arms: readonly ArmMeasurement[],
  data: SummaryData,
  measuredBlocks: number,
  correlations: readonly number[],
): { guards: Guard[]; verdict: Verdict | null } {
  if (measuredBlocks === 0) return { guards: [], verdict: null };
  const seen = {
    startLatenessP99: data.metrics[names.LATENESS]?.values.value ?? Number.NaN,
    echoMismatches: countOf(data, names.ECHO_MISMATCHES),
    wrongFlags: settingsWith(settings, data, names.ECHO_MISMATCHES),
    successfulAnswers: countOf(data, names.ANSWERS),
    carryOver: isCarried(question.plan) ? carryOverOf(p95BudgetMs(question, arms), data) : null,
  };
  return judgeExperiment(question, arms, seen, costsOf(question, data, measuredBlocks), correlations);
}

/** Whether an arm may feel the one before. */
function isCarried({ mode, deployments }: Plan): boolean {
  return mode === 'toggle' && deployments !== 'apart';
}

/** Arms between the two that are judged: their failed requests, as time-outs, are in the shares. */
function failingArms({ arms, baseline, treatment }: OverheadResult): string[] {
  return arms
    .filter(({ name }) => name !== baseline && name !== treatment)
    .filter((arm) => errorRate(arm) > BASELINE_ERROR_LIMIT)
    .map(
      (arm) =>
        `${humanShare(errorRate(arm))} of the requests of arm "${arm.name}" failed: the shares hold what that took.`,
    );
}

/** What carries over from arm to arm, as the experiment found it. */
function carryOverOf(budgetMs: Milliseconds, data: SummaryData): CarryOver {
  const movementOf = (contrast: (typeof names.CONTRASTS)[number]) => {
    const { value, lower, upper } = endsOf(data, names.CARRY_OVER, { contrast });
    // A gauge without a sample is 0.
    return lower === upper ? null : movement(value, lower, upper, budgetMs);
  };
  return {
    halves: movementOf('halves'),
    predecessors: movementOf('predecessors'),
    settleSeconds: valueOf(data, names.SETTLE_NEEDED) || null,
    changedUntilSeconds: valueOf(data, names.CHANGED_UNTIL) || null,
  };
}

/** What the arms cost besides latency, as the experiment found it. */
function costsOf(question: Question, data: SummaryData, measuredBlocks: number): CostEstimate[] {
  const look = lookAfter(question, measuredBlocks);
  return names.COST_NAMES.flatMap((cost) => {
    const end = (of: (typeof names.COST_ENDS)[number]) => valueOf(data, names.COST, { cost, end: of });
    const blocks = end('blocks');
    if (blocks === 0) return [];
    const ofBaseline = valueOf(data, names.COST_OF_ARM, { cost, arm: question.baseline });
    // A gauge without a sample is 0, and so may a bound be.
    const between = (tail: number | undefined, lower: number, upper: number) =>
      blocks > 1 && tail !== undefined && tail > 0 ? { lower, upper } : null;
    return [
      {
        cost,
        blocks,
        baseline: ofBaseline,
        treatment: ofBaseline + end('value'),
        value: end('value'),
        interval: between(look === undefined ? DISPLAY_TAIL : look.intervalTail, end('lower'), end('upper')),
        bounds: between(look && Math.min(look.tail, look.crossedTail), end('boundLower'), end('boundUpper')),
      },
    ];
  });
}

/** On how little the P95 of an arm rests, and what would be more. */
function stallNotes({ plan }: Question, { arms, verdict: { kind, moreMinutes } }: OverheadResult): string[] {
  const isOpen = kind === 'INCONCLUSIVE' && moreMinutes != null && moreMinutes > 0;
  const more = isOpen ? `; ${humanDuration(moreMinutes * 60_000)} more would settle it` : '';
  return arms.flatMap(({ name, stalls }) => {
    if (stalls === undefined || stalls.typicalMs === null || !restsOnStalls(stalls)) return [];
    const which = `${stalls.count} ${stalls.count === 1 ? 'stall' : 'stalls'}`;
    const longer = kind === 'INCONCLUSIVE' ? longerSeconds(stalls, plan.seconds) : null;
    const rather =
      longer === null ? '' : `, rather in blocks of ${longer} s than in more of ${plan.seconds} s`;
    return [`The ${name}'s P95 rests on ${which} of about ${humanMs(stalls.typicalMs)}${more}${rather}.`];
  });
}

/** How far the deployments themselves are apart: without that the overhead cannot be read. */
function deploymentsNotes({ deployments }: OverheadResult): string[] {
  const { differenceMs = null, interval = null } = deployments ?? {};
  if (differenceMs === null || interval === null) return [];
  const between = humanRange(interval.lowerMs, interval.upperMs);
  return [
    `Whatever their settings, P95 on the treatment's deployment is ${humanMs(differenceMs)} (95 %: ${between}) above that on the baseline's: the overhead is without it.`,
  ];
}

/** What a PASS after few blocks has not seen: enough arms of each kind for the second contrast come with about the 8th. */
function lateNotes(
  { mode, verdict, deployments, arms }: OverheadResult,
  { predecessors }: CarryOver,
): string[] {
  if (mode !== 'toggle' || deployments != null || arms.length !== 2) return [];
  if (verdict.kind !== 'PASS' || predecessors !== null) return [];
  return [
    'Too few arms follow a like arm to see settings that work later than an arm lasts: 8 blocks or more show it.',
  ];
}

function notesOf(question: Question, overhead: OverheadResult): string[] {
  const stalls = unseenStallShare(overhead.measuredBlocks);
  return [
    ...(question.plan.mode === 'header'
      ? ['Switched by request: both arms wait in the same queue, so this is a lower bound of the overhead.']
      : []),
    ...deploymentsNotes(overhead),
    ...(question.plan.deployments === undefined ? [] : [`No costs by arm: ${WATCHED_AT_ONE}.`]),
    ...stallNotes(question, overhead),
    ...(overhead.measuredBlocks > 0 && overhead.measuredBlocks > 3
      ? [
          `Up to ${(stalls * 100).toFixed(0)} % of blocks could stall without one among those measured (95 % confidence).`,
        ]
      : []),
  ];
}
