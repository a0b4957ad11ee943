/** What a capacity run shows, and whether its limits hold. */
import type { Proven } from '../../config/switching.ts';
import type { Share } from '../../../thresholds/types.ts';
import type { CapacityConfig } from '../../config/capacity-config.ts';
import type { CapacityGates } from '../../config/capacity-plan.ts';
import type { ArmClimbs } from './climbs.ts';
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

/** Of a limit. */
type Standing = 'holds' | 'crossed' | 'open';

/**
 * The verdict of what was measured: in the run, and again in its report.
 * @param reservation why the climbs can decide nothing, whatever the numbers say
 */
export function judgeCapacity(
  baseline: ArmClimbs,
  treatment: ArmClimbs,
  gates: Readonly<CapacityGates>,
  { unproven, mayHoldMore }: Pick<Proven, 'unproven'> & Pick<CapacityConfig, 'mayHoldMore'>,
  reservation?: string,
): CapacityVerdict {
  const found = {
    baseline: capacityOf(baseline.rates),
    treatment: capacityOf(treatment.rates),
    loss: lossOf(baseline.rates, treatment.rates),
  };
  const problem =
    invalid(baseline, treatment) ??
    (mayHoldMore || unsteady(baseline).length > 0 ? null : holdsMore(found.loss));
  if (problem !== null) return { ...found, kind: 'INVALID', reasons: [problem] };
  const asked = limitsOn(found, gates);
  const summary = [
    describeLoss(toResult(found.loss)),
    `${describe(found.baseline, baseline)}; ${describe(found.treatment, treatment)}`,
  ];
  const of = (standing: Standing) => asked.filter((one) => one.standing === standing).map(({ text }) => text);
  if (asked.length > 0 && reservation !== undefined)
    return { ...found, kind: 'INCONCLUSIVE', reasons: [reservation] };
  if (of('crossed').length > 0) return { ...found, kind: 'FAIL', reasons: of('crossed') };
  const open = [...unsteady(baseline), ...of('open')];
  if (open.length > 0) return { ...found, kind: 'INCONCLUSIVE', reasons: open };
  if (asked.length === 0) return { ...found, kind: 'MEASURED', reasons: summary };
  if (unproven !== null)
    return { ...found, kind: 'INCONCLUSIVE', reasons: [...of('holds'), `but ${unproven}`] };
  return { ...found, kind: 'PASS', reasons: of('holds') };
}

/** Why an arm has no number of its own; null where it has. */
export function limitedBy({ crossings }: ArmClimbs): 'ceiling' | 'generator' | 'first rung' | null {
  const by = crossings.flatMap((crossing) => (crossing.kind === 'at least' ? [crossing.by] : []));
  if (by.includes('generator') || crossings.some(({ kind }) => kind === 'not known')) return 'generator';
  if (by.length > 0) return 'ceiling';
  return crossings.some(({ kind }) => kind === 'at most') ? 'first rung' : null;
}

/** What is no measurement of capacity at all. */
function invalid(baseline: ArmClimbs, treatment: ArmClimbs): string | null {
  for (const { name, crossings } of [baseline, treatment]) {
    if (crossings.some(({ kind }) => kind === 'not known'))
      return `the load generator is saturated at the first rung of the ${name} already; lower RATE or give it more CPU`;
  }
  const { crossings, name } = baseline;
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
): { standing: Standing; text: string }[] {
  return [
    ...(maxLossShare === undefined
      ? []
      : [
          {
            standing: isBelow(loss, maxLossShare),
            text: `${describeLoss(toResult(loss))}; at most ${humanPercent(maxLossShare)} is allowed`,
          },
        ]),
    ...(minPerSecond === undefined
      ? []
      : [
          {
            standing: reversed(isBelow(treatment, minPerSecond)),
            text: `the treatment holds ${describeCapacity(toResult(treatment))}; at least ${humanRate(minPerSecond)} is asked for`,
          },
        ]),
  ];
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
