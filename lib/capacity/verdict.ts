/** What a capacity run shows, and whether its limits hold. */
import type { PerSecond, Share } from '../../thresholds/types.ts';
import type { Crossing } from './climb.ts';
import { capacityOf, lossOf, type Bounded } from './estimate.ts';

/** What may be asked of the capacities; without either, a run measures and passes. */
export interface CapacityGates {
  /** The most of the baseline's capacity that the treatment may cost. */
  maxLossShare?: Share;
  /** What the treatment must hold. */
  minPerSecond?: PerSecond;
}

/** Where the climbs of one arm ended, block by block. */
export interface ArmClimbs {
  readonly name: string;
  readonly crossings: readonly Crossing[];
}

export interface CapacityVerdict {
  /** MEASURED: nothing was asked of it. */
  readonly kind: 'MEASURED' | 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'INVALID';
  /** One line each. */
  readonly reasons: readonly string[];
  readonly baseline: Bounded;
  readonly treatment: Bounded;
  readonly loss: Bounded;
}

/** k6's exit code for each verdict. */
export const CAPACITY_EXIT_CODES: Readonly<Record<CapacityVerdict['kind'], number>> = {
  MEASURED: 0,
  PASS: 0,
  FAIL: 99,
  INVALID: 108,
  INCONCLUSIVE: 110,
};

type Answer = 'holds' | 'crossed' | 'open';

/** The verdict of what was measured: in the run, and again in its report. */
export function judgeCapacity(
  baseline: ArmClimbs,
  treatment: ArmClimbs,
  gates: Readonly<CapacityGates>,
): CapacityVerdict {
  const found = {
    baseline: capacityOf(baseline.crossings),
    treatment: capacityOf(treatment.crossings),
    loss: lossOf(baseline.crossings, treatment.crossings),
  };
  const problem = invalid(baseline, treatment);
  if (problem !== null) return { ...found, kind: 'INVALID', reasons: [problem] };
  const asked = answersTo(found, gates);
  const summary = [
    describeLoss(found.loss),
    `${describe(found.baseline, baseline)}; ${describe(found.treatment, treatment)}`,
  ];
  if (asked.length === 0) return { ...found, kind: 'MEASURED', reasons: summary };
  const of = (answer: Answer) => asked.filter((one) => one.answer === answer).map(({ text }) => text);
  if (of('crossed').length > 0) return { ...found, kind: 'FAIL', reasons: of('crossed') };
  if (of('open').length > 0) return { ...found, kind: 'INCONCLUSIVE', reasons: of('open') };
  return { ...found, kind: 'PASS', reasons: of('holds') };
}

/** `observability costs 18.2 % (12.1 % to 24.0 %) of capacity`. */
export function describeLoss(loss: Bounded): string {
  switch (loss.kind) {
    case 'estimate': {
      const { interval } = loss;
      const range =
        interval === null ? '' : ` (95 % interval ${percent(interval.lower)} to ${percent(interval.upper)})`;
      return `observability costs ${percent(loss.value)}${range} of capacity`;
    }
    case 'at least':
    case 'at most':
      return `observability costs ${loss.kind} ${percent(loss.value)} of capacity`;
    case 'not known':
      return 'what observability costs of capacity was not found';
  }
}

/** `812/s (790/s to 834/s)`, `at least 2000/s`. */
export function describeCapacity(capacity: Bounded): string {
  switch (capacity.kind) {
    case 'estimate': {
      const { interval } = capacity;
      return `${rate(capacity.value)}${interval === null ? '' : ` (95 % interval ${rate(interval.lower)} to ${rate(interval.upper)})`}`;
    }
    case 'at least':
    case 'at most':
      return `${capacity.kind} ${rate(capacity.value)}`;
    case 'not known':
      return 'not known';
  }
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
  const first = baseline.crossings.find((crossing) => crossing.kind === 'at most');
  return first === undefined
    ? null
    : `the ${baseline.name} is over its limits at the first rung of ${rate(first.perSecond)} already; lower RATE`;
}

function describe(capacity: Bounded, arm: ArmClimbs): string {
  const by = limitedBy(arm);
  const why = {
    ceiling: ': the ceiling was reached',
    generator: ': the load generator was the limit, not the target',
    'first rung': ': over its limits at the first rung already',
  };
  return `${arm.name} ${describeCapacity(capacity)}${by === null ? '' : why[by]}`;
}

function answersTo(
  { treatment, loss }: Pick<CapacityVerdict, 'treatment' | 'loss'>,
  { maxLossShare, minPerSecond }: Readonly<CapacityGates>,
): { answer: Answer; text: string }[] {
  return [
    ...(maxLossShare === undefined
      ? []
      : [
          {
            answer: isBelow(loss, maxLossShare),
            text: `${describeLoss(loss)}; at most ${percent(maxLossShare)} is allowed`,
          },
        ]),
    ...(minPerSecond === undefined
      ? []
      : [
          {
            answer: reversed(isBelow(treatment, minPerSecond)),
            text: `the treatment holds ${describeCapacity(treatment)}; at least ${rate(minPerSecond)} is asked for`,
          },
        ]),
  ];
}

/** Whether a value is below a limit, by its one-sided 5 % bounds. */
function isBelow(value: Bounded, limit: number): Answer {
  const { lower, upper } = boundsOf(value);
  if (lower !== null && lower >= limit) return 'crossed';
  return upper !== null && upper < limit ? 'holds' : 'open';
}

function reversed(answer: Answer): Answer {
  return answer === 'open' ? 'open' : answer === 'holds' ? 'crossed' : 'holds';
}

function boundsOf(value: Bounded): { lower: number | null; upper: number | null } {
  switch (value.kind) {
    case 'estimate':
      return { lower: value.bounds?.lower ?? null, upper: value.bounds?.upper ?? null };
    case 'at least':
      return { lower: value.lower, upper: null };
    case 'at most':
      return { lower: null, upper: value.upper };
    case 'not known':
      return { lower: null, upper: null };
  }
}

function percent(share: Share): string {
  return `${(share * 100).toFixed(1)} %`;
}

function rate(perSecond: PerSecond): string {
  return `${perSecond.toFixed(perSecond < 20 ? 1 : 0)}/s`;
}
