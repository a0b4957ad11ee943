/** k6's summary of a capacity run → its result. */
import { crossingsOf, type TriesOfArm } from '../experiment/capacity/climbs.ts';
import { shown } from '../experiment/capacity/describe.ts';
import { mostTries, plannedSeconds } from '../experiment/capacity/ladder.ts';
import { outcomeOf, type Try } from '../experiment/capacity/rate-trial.ts';
import {
  judgeCapacity,
  limitedBy,
  type ArmClimbs,
  type CapacityVerdict,
} from '../experiment/capacity/verdict.ts';
import type { CapacityConfig } from '../config/capacity-config.ts';
import { exitCodeOf, OUTCOMES } from '../gates/exit-codes.ts';
import { capacityGates } from '../gates/verdict-gates.ts';
import { gateResults } from './gate-results.ts';
import { ALL_ANSWERS, SUCCESSFUL_ANSWERS } from '../load/options.ts';
import { recommend } from '../advice/rules.ts';
import * as names from '../metrics/capacity-metrics.ts';
import { checksOf, configurationOf, requestCounts, runOf, type RunContext } from './common.ts';
import { invalidReasons, restoredOf } from './from-experiment-summary.ts';
import { monitorResult } from './from-monitor.ts';
import { latencyOf } from './latency.ts';
import { QUANTILE_LEVELS } from '../metrics/quantiles.ts';
import type { CapacityResult, RunResult } from '../result/run-result.ts';
import { SCHEMA_VERSION } from '../result/schema-version.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { setupFailure } from './setup-failure.ts';
import type { SummaryData } from './summary-data.ts';

/** The result of a capacity run. Pure: the same summary gives the same result. */
export function resultOfCapacity(config: CapacityConfig, data: SummaryData, context: RunContext): RunResult {
  const setup = data.setup_data as SetupData | undefined;
  const { plan, limits, gates, baseline, treatment } = config;
  const capacity = capacityOfSummary(config, data);
  const result: RunResult = {
    schemaVersion: SCHEMA_VERSION,
    run: runOf(config, data, context, {
      plannedDurationMs: plannedSeconds(plan) * 1_000,
      complete: !['INTERRUPTED', 'INVALID'].includes(capacity.verdict.kind),
    }),
    configuration: configurationOf(config, setup, {
      load: {
        shape: 'capacity',
        perSecond: plan.perSecond,
        step: plan.step,
        resolution: plan.resolution,
        ceilingPerSecond: plan.ceilingPerSecond,
        seconds: plan.seconds,
        settleSeconds: plan.settleSeconds,
        warmUpSeconds: plan.warmUpSeconds,
        blocks: plan.blocks,
        baseline,
        treatment,
      },
      limits: { ...limits, ...gates },
      flags: null,
    }),
    outcome: outcome(config, data, capacity),
    requests: requestCounts(data),
    latency: {
      levels: QUANTILE_LEVELS,
      successful: latencyOf(data, SUCCESSFUL_ANSWERS),
      all: latencyOf(data, ALL_ANSWERS, { withoutRefused: true }),
      stages: [],
    },
    checks: checksOf(data.root_group),
    gates: gateResults(capacityGates(), data),
    overhead: null,
    attribution: null,
    profile: null,
    capacity,
    monitor: monitorResult(config.monitor, data, context.after),
    generator: null,
    timeline: null,
    recommendations: [],
    notes: notesOf(config, capacity),
  };
  return { ...result, recommendations: recommend(result) };
}

function outcome(
  config: CapacityConfig,
  data: SummaryData,
  { verdict }: CapacityResult,
): RunResult['outcome'] {
  const failure = setupFailure(config, data);
  if (failure !== null) return { status: 'not run', reason: failure };
  if (data.metrics[names.VERDICTS] !== undefined && data.metrics[names.FAILED]?.thresholds === undefined) {
    return {
      status: 'not gated',
      reason: 'run without thresholds: k6 keeps no tries, and nothing was judged',
    };
  }
  return { status: OUTCOMES[verdict.kind], reason: verdict.reasons.join('; ') };
}

function capacityOfSummary(config: CapacityConfig, data: SummaryData): CapacityResult {
  const { plan, limits, gates, arms } = config;
  const tries = arms.map(({ name }) => triesOf(config, data, name));
  const crossings = crossingsOf(plan, limits, tries);
  const climbs = arms.map(({ name }, arm): ArmClimbs => ({ name, crossings: crossings[arm] ?? [] }));
  const [baseline, treatment] = climbs as [ArmClimbs, ArmClimbs];
  const judged = judgeCapacity(baseline, treatment, gates);
  const measuredBlocks = baseline.crossings.length;
  return {
    verdict: describeVerdict(judged, data, measuredBlocks),
    limits: { ...limits },
    maxLossShare: gates.maxLossShare ?? null,
    minPerSecond: gates.minPerSecond ?? null,
    firstPerSecond: plan.perSecond,
    ceilingPerSecond: plan.ceilingPerSecond,
    loss: shown(judged.loss),
    baseline: baseline.name,
    treatment: treatment.name,
    sameFlags: isSameFlags(config),
    arms: arms.map(({ name, flags }, arm) => ({
      name,
      flags,
      perSecond: shown(arm === 0 ? judged.baseline : judged.treatment),
      limitedBy: limitedBy(climbs[arm] ?? baseline),
      blocks: (crossings[arm] ?? []).map((crossing) => ({
        kind: crossing.kind,
        perSecond: crossing.kind === 'not known' ? null : crossing.perSecond,
      })),
      tries: (tries[arm] ?? []).flatMap((ofBlock, block) =>
        ofBlock.map((one) => ({ block: block + 1, ...one, outcome: outcomeOf(one, limits) })),
      ),
    })),
    plannedBlocks: plan.blocks,
    measuredBlocks,
    flagsRestored: restoredOf(data),
  };
}

/** The tries of an arm as the run's metrics hold them. */
function triesOf({ plan }: CapacityConfig, { metrics }: SummaryData, arm: string): TriesOfArm {
  return Array.from({ length: plan.blocks }, (_, block) =>
    Array.from({ length: mostTries(plan) }, (_, index): Try => {
      const value = (of: keyof typeof names.TRY) =>
        metrics[names.tryMetric(of, arm, block, index)]?.values.value ?? 0;
      return {
        perSecond: value('perSecond'),
        p95Ms: value('p95Ms'),
        errorRate: value('errorRate'),
        latenessMs: value('latenessMs'),
        requests: value('requests'),
      };
    }).filter(({ requests }) => requests > 0),
  );
}

function describeVerdict(
  judged: CapacityVerdict,
  data: SummaryData,
  measuredBlocks: number,
): CapacityResult['verdict'] {
  const reasons = invalidReasons(data);
  if (reasons.length > 0) return { kind: 'INVALID', exitCode: exitCodeOf('INVALID'), reasons };
  if ((data.metrics[names.VERDICTS]?.values.count ?? 0) === 0) {
    const reason = `ended after ${measuredBlocks} whole blocks, before a verdict`;
    return { kind: 'INTERRUPTED', exitCode: exitCodeOf('INTERRUPTED'), reasons: [reason] };
  }
  return {
    kind: judged.kind,
    exitCode: exitCodeOf(judged.kind),
    reasons: [...judged.reasons],
  };
}

function isSameFlags({ arms }: CapacityConfig): boolean {
  return new Set(arms.map(({ flags }) => JSON.stringify(flags))).size === 1;
}

/** An overload that is smaller than this shows in no try: its queue does not reach the limit. */
function unseenOverload({ plan, limits }: CapacityConfig): number {
  return limits.p95Ms / 1_000 / (plan.settleSeconds + 0.95 * plan.seconds);
}

function notesOf(config: CapacityConfig, { sameFlags, flagsRestored, arms }: CapacityResult): string[] {
  const unseen = unseenOverload(config);
  return [
    ...(sameFlags ? ['Both arms have the same flags: what differs is noise.'] : []),
    ...(arms.some(({ limitedBy: by }) => by === 'generator')
      ? ['The load generator was the limit, not the target: the capacity is higher than what it could send.']
      : []),
    ...(arms.some(({ limitedBy: by }) => by === 'ceiling')
      ? ['The ceiling was reached: raise ceilingPerSecond in the file of the environment to look higher.']
      : []),
    ...(unseen > 0.03
      ? [
          `Tries this short do not show an overload of less than ${(unseen * 100).toFixed(1)} %: the rates may be too high by that.`,
        ]
      : []),
    ...(flagsRestored === false
      ? ['The target was left with the flags of the last arm: they were not put back.']
      : []),
  ];
}
