/** What a capacity run shows, and whether its limits hold. */
import type { Share } from '../../../thresholds/types.ts';
import type { CapacityConfig } from '../../config/capacity-config.ts';
import type { CapacityGates } from '../../config/capacity-plan.ts';
import { reservationOf } from '../../config/deployments.ts';
import { provenOf } from '../../config/switching.ts';
import type { ArmClimbs, Climbs } from './climbs.ts';
import { describeCapacity, describeLoss, humanPercent, humanRate, toResult } from './describe.ts';
import { boundsOf, capacityOf, lossOf, type Bounded } from './estimate.ts';

export interface CapacityVerdict {
  /** MEASURED: nothing was asked of it. */
  readonly kind: 'MEASURED' | 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'INVALID';
  /** One line each. */
  readonly reasons: readonly string[];
  readonly baseline: Bounded;
  readonly treatment: Bounded;
  readonly loss: Bounded;
}

type Standing = 'holds' | 'crossed' | 'open';

interface JudgedLimit {
  readonly standing: Standing;
  /** One line. */
  readonly text: string;
}

/** The verdict of what was measured: in the run, and again in its report. */
export function judgeCapacity(
  climbs: Climbs,
  config: Pick<CapacityConfig, 'plan' | 'gates' | 'mayHoldMore' | 'switching' | 'deployments'>,
): CapacityVerdict {
  const [baseline, treatment] = climbs;
  const found = {
    baseline: capacityOf(baseline.rates),
    treatment: capacityOf(treatment.rates),
    loss: lossOf(baseline.rates, treatment.rates),
  };
  const verdict = (kind: CapacityVerdict['kind'], reasons: readonly string[]) => ({
    ...found,
    kind,
    reasons,
  });
  const unsteadiness = unsteady(baseline);
  const problem =
    invalid(climbs) ?? (config.mayHoldMore || unsteadiness.length > 0 ? null : holdsMore(found.loss));
  if (problem !== null) return verdict('INVALID', [problem]);
  const asked = limitsOn(found, config.gates);
  const reservation = reservationOf(config, config.plan.deployments);
  if (asked.length > 0 && reservation !== undefined) return verdict('INCONCLUSIVE', [reservation]);
  const of = (standing: Standing) => asked.filter((one) => one.standing === standing).map(({ text }) => text);
  if (of('crossed').length > 0) return verdict('FAIL', of('crossed'));
  const open = [...unsteadiness, ...of('open')];
  if (open.length > 0) return verdict('INCONCLUSIVE', open);
  if (asked.length === 0) {
    const capacities = `${describe(found.baseline, baseline)}; ${describe(found.treatment, treatment)}`;
    return verdict('MEASURED', [describeLoss(toResult(found.loss)), capacities]);
  }
  const { unproven } = provenOf(config.switching);
  if (unproven !== null) return verdict('INCONCLUSIVE', [...of('holds'), `but ${unproven}`]);
  return verdict('PASS', of('holds'));
}

/** Why an arm has no number of its own; null where it has. */
export function limitedBy({ crossings }: ArmClimbs): 'ceiling' | 'generator' | 'first rung' | null {
  const by = crossings.flatMap((crossing) => (crossing.kind === 'at least' ? [crossing.by] : []));
  if (by.includes('generator') || crossings.some(({ kind }) => kind === 'not known')) return 'generator';
  if (by.length > 0) return 'ceiling';
  return crossings.some(({ kind }) => kind === 'at most') ? 'first rung' : null;
}

/** What is no measurement of capacity at all. */
function invalid(climbs: Climbs): string | null {
  const drowned = climbs.find(({ crossings }) => crossings.some(({ kind }) => kind === 'not known'));
  if (drowned !== undefined)
    return `the load generator is saturated at the first rung of the ${drowned.name} already; lower RATE or give it more CPU`;
  const [{ crossings, name }] = climbs;
  const [first] = crossings;
  if (first?.kind !== 'at most' || crossings.some(({ kind }) => kind !== 'at most')) return null;
  return `the ${name} is over its limits at the first rung of ${humanRate(first.perSecond)} already; lower RATE`;
}

/** A treatment that holds more by a larger share did not do the work, or is not the treatment. */
const MORE_SHARE: Share = 0.05;

/** Why the treatment cannot be what costs something: it holds more than everything off does. Too little says nothing. */
function holdsMore(loss: Bounded): string | null {
  const upper = loss.kind === 'estimate' ? (loss.interval?.upper ?? null) : boundsOf(loss).upper;
  if (upper === null || upper >= -MORE_SHARE) return null;
  return `${describeLoss(toResult(loss))}: the treatment holds more than everything off by over ${humanPercent(MORE_SHARE)}; are the flags swapped, or does it answer without the work? expected overhead.allowFaster where this is meant`;
}

/** A baseline that holds the first rung in some blocks and not in others: the number of no block is to be trusted. */
function unsteady({ name, crossings }: ArmClimbs): string[] {
  const below = crossings.filter(({ kind }) => kind === 'at most').length;
  if (below === 0) return [];
  return [
    `the ${name} is over its limits at the first rung in ${below} of ${crossings.length} blocks: it is not steady enough; lower RATE, or measure while nothing else runs`,
  ];
}

function describe(capacity: Bounded, arm: ArmClimbs): string {
  const by = limitedBy(arm);
  const why = {
    ceiling: ': the ceiling was reached',
    generator: ': the load generator was the limit, not the target',
    'first rung': ': over its limits at the first rung already',
  };
  return `${arm.name} ${describeCapacity(toResult(capacity))}${by === null ? '' : why[by]}`;
}

function limitsOn(
  { treatment, loss }: Pick<CapacityVerdict, 'treatment' | 'loss'>,
  { maxLossShare, minPerSecond }: Readonly<CapacityGates>,
): JudgedLimit[] {
  const limits: JudgedLimit[] = [];
  if (maxLossShare !== undefined)
    limits.push({
      standing: isBelow(loss, maxLossShare),
      text: `${describeLoss(toResult(loss))}; at most ${humanPercent(maxLossShare)} is allowed`,
    });
  if (minPerSecond !== undefined)
    limits.push({
      standing: reversed(isBelow(treatment, minPerSecond)),
      text: `the treatment holds ${describeCapacity(toResult(treatment))}; at least ${humanRate(minPerSecond)} is asked for`,
    });
  return limits;
}

/** Whether a value is below a limit, by its one-sided 5 % bounds. */
function isBelow(value: Bounded, limit: number): Standing {
  const { lower, upper } = boundsOf(value);
  if (lower !== null && lower >= limit) return 'crossed';
  return upper !== null && upper < limit ? 'holds' : 'open';
}

function reversed(standing: Standing): Standing {
  return standing === 'open' ? 'open' : standing === 'holds' ? 'crossed' : 'holds';
}
