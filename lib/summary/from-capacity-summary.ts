/** k6's summary of a capacity run → its result. */
import { recommend } from '../advice/experiment-rules.ts';
import { capacityOf, lossOf } from '../experiment/capacity/estimate.ts';
import {
  climbsOf,
  isCrossedBlock,
  type ArmClimbs,
  type Climbs,
  type TrialsOfArm,
} from '../experiment/capacity/climbs.ts';
import { describeShare, humanPercent, humanRate, toResult } from '../experiment/capacity/describe.ts';
import { mostTries, plannedSeconds } from '../load/ladder.ts';
import { outcomeOf, type RateTrial } from '../experiment/capacity/rate-trial.ts';
import { judgeCapacity, limitedBy } from '../experiment/capacity/verdict.ts';
import { haveSameFlags } from '../config/arms.ts';
import type { CapacityConfig } from '../config/capacity-config.ts';
import { estimateCost } from '../experiment/costs.ts';
import { costResult } from '../result/overhead-verdict.ts';
import { ALPHA } from '../statistics/spending.ts';
import { exitCodeOf } from '../gates/exit-codes.ts';
import { capacityGates } from '../gates/verdict-gates.ts';
import { gateResults } from './gate-results.ts';
import * as names from '../metrics/capacity-metrics.ts';
import {
  type RunContext,
  outcomeOfVerdict,
  leftNotes,
  restoredOf,
  resultOfSummary,
  withoutVerdict,
} from './result-of-summary.ts';
import type { CapacityResult, CostResult, RunResult } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';
import { valueOf } from './values.ts';

/** The result of a capacity run. Pure: the same summary gives the same result. */
export function resultOfCapacity(config: CapacityConfig, data: SummaryData, context: RunContext): RunResult {
  const { plan, limits, gates, arms, baseline, treatment } = config;
  const tries = arms.map(({ name }) => triesOf(config, data, name));
  const climbs = climbsOf(config, tries);
  const capacity = capacityOfSummary(config, data, climbs, tries);
  return resultOfSummary(config, data, context, {
    recommend,
    plannedDurationMs: plannedSeconds(plan) * 1_000,
    complete: !['INTERRUPTED', 'INVALID'].includes(capacity.verdict.kind),
    configuration: {
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
    },
    outcome: outcomeOfVerdict(config, data, names, capacity.verdict),
    gates: gateResults(capacityGates(), data),
    capacity,
    notes: [...notesOf(config, climbs, capacity), ...leftNotes(config, data)],
  });
}

function capacityOfSummary(
  config: CapacityConfig,
  data: SummaryData,
  climbs: Climbs,
  tries: readonly TrialsOfArm[],
): CapacityResult {
  const { plan, limits, gates, arms } = config;
  const [baseline, treatment] = climbs;
  const judged = judgeCapacity(climbs, config);
  const measuredBlocks = baseline.crossings.length;
  const { kind, reasons } = withoutVerdict(config, data, names, measuredBlocks) ?? judged;
  return {
    verdict: { kind, exitCode: exitCodeOf(kind), reasons: [...reasons] },
    limits: { ...limits },
    maxLossShare: gates.maxLossShare ?? null,
    minPerSecond: gates.minPerSecond ?? null,
    firstPerSecond: plan.perSecond,
    ceilingPerSecond: plan.ceilingPerSecond,
    loss: toResult(judged.loss),
    baseline: baseline.name,
    treatment: treatment.name,
    sameFlags: haveSameFlags(arms),
    arms: arms.map(({ name, flags }, arm) => ({
      name,
      flags,
      perSecond: toResult(arm === 0 ? judged.baseline : judged.treatment),
      limitedBy: limitedBy(climbs[arm] ?? baseline),
      blocks: (climbs[arm] ?? baseline).crossings.map((crossing) => ({
        kind: crossing.kind,
        perSecond: crossing.kind === 'not known' ? null : crossing.perSecond,
      })),
      tries: (tries[arm] ?? []).flatMap((ofBlock, block) =>
        ofBlock.map((one) => ({ block: block + 1, ...one, outcome: outcomeOf(one, limits) })),
      ),
    })),
    costs: finishedOf(data, climbs),
    plannedBlocks: plan.blocks,
    measuredBlocks,
    ...deploymentsPart(config, climbs),
    flagsRestored: restoredOf(data),
  };
}

/** How many requests the arms finish at most, over whole blocks. */
function finishedOf(data: SummaryData, [baseline, treatment]: Climbs): CostResult[] {
  const byBlock = ({ name, crossings }: ArmClimbs) =>
    crossings.map((_, block) => valueOf(data, names.finishedMetric(name, block)) || null);
  const finished = estimateCost('finishedPerSecond', byBlock(baseline), byBlock(treatment), {
    tail: ALPHA,
    crossedTail: ALPHA,
    intervalTail: ALPHA / 2,
  });
  return finished === null ? [] : [costResult(finished)];
}

/** Where the arms climbed, and what these deployments themselves differ by: the same ratio, with the arms as they ran there. */
function deploymentsPart(
  { deployments, plan }: CapacityConfig,
  [baseline, treatment]: Climbs,
): Pick<CapacityResult, 'deployments'> {
  if (deployments === undefined) return {};
  const crossed = plan.deployments === 'crossed';
  const on = (own: ArmClimbs, other: ArmClimbs) =>
    own.crossings.flatMap((at, block) => (isCrossedBlock(plan, block) ? (other.crossings[block] ?? []) : at));
  const loss = crossed ? toResult(lossOf(on(baseline, treatment), on(treatment, baseline))) : null;
  return { deployments: { urls: { ...deployments.urls }, crossed, loss } };
}

/** The tries of an arm as the run's metrics hold them. */
function triesOf({ plan }: CapacityConfig, data: SummaryData, arm: string): TrialsOfArm {
  return Array.from({ length: plan.blocks }, (_, block) =>
    Array.from({ length: mostTries(plan) }, (_, index): RateTrial => {
      const value = (of: keyof typeof names.TRY) => valueOf(data, names.tryMetric(of, arm, block, index));
      return {
        perSecond: value('perSecond'),
        p95Ms: value('p95Ms'),
        slowShare: value('slowShare'),
        errorRate: value('errorRate'),
        latenessMs: value('latenessMs'),
        requests: value('requests'),
      };
    }).filter(({ requests }) => requests > 0),
  );
}

/** An overload that is smaller than this shows in no try: its queue does not reach the limit. */
function unseenOverload({ plan, limits }: CapacityConfig): number {
  return limits.p95Ms / 1_000 / (plan.settleSeconds + 0.95 * plan.seconds);
}

/** What of the capacity is between the deployments themselves. */
function deploymentsNotes(deployments: CapacityResult['deployments']): string[] {
  if (deployments === undefined) return [];
  const { loss } = deployments;
  if (loss === null)
    return [
      'The arms climbed on two deployments: what they differ by includes the difference between these.',
    ];
  return [
    `Whatever their settings, the treatment's deployment itself costs ${describeShare(loss) ?? 'an unknown share'} of the capacity of the baseline's: what observability costs is without it.`,
  ];
}

/** Climbs that end so much higher than all tries say are worth a line. */
const NOTABLE = 1.02;

/** That the capacity is where the climbs ended, which may be too high; or how far above the capacity they ended. */
function endsNotes(climbs: Climbs, deployments: CapacityResult['deployments']): string[] {
  const ends = climbs.map(({ crossings }) => capacityOf(crossings));
  if (ends.some(({ kind }) => kind !== 'estimate') || deployments?.crossed === true) return [];
  if (climbs.every(({ crossings, rates }) => rates === crossings))
    return [
      'The capacities are the means of where the climbs ended: their tries say too little about the share of slow requests near there. They may be some percent too high.',
    ];
  return climbs.flatMap(({ name, rates }, arm) => {
    const [end, capacity] = [ends[arm], capacityOf(rates)];
    if (end?.kind !== 'estimate' || capacity.kind !== 'estimate' || end.value < NOTABLE * capacity.value)
      return [];
    return `The climbs of the ${name} ended at ${humanRate(end.value)} on average; over all its tries 5 % of the requests are slow at ${humanRate(capacity.value)} already.`;
  });
}

function notesOf(
  config: CapacityConfig,
  climbs: Climbs,
  { sameFlags, arms, deployments }: CapacityResult,
): string[] {
  const unseen = unseenOverload(config);
  return [
    ...deploymentsNotes(deployments),
    ...endsNotes(climbs, deployments),
    ...(sameFlags ? ['Both arms have the same flags: what differs is noise.'] : []),
    ...(arms.some(({ limitedBy: by }) => by === 'generator')
      ? ['The load generator was the limit, not the target: the capacity is higher than what it could send.']
      : []),
    ...(arms.some(({ limitedBy: by }) => by === 'ceiling')
      ? ['The ceiling was reached: raise ceilingPerSecond in the file of the environment to look higher.']
      : []),
    ...(unseen > 0.03
      ? [
          `Tries this short do not show an overload of less than ${humanPercent(unseen)}: the rates may be too high by that.`,
        ]
      : []),
  ];
}
