import { ERROR_ALPHA } from '../statistics/spending.ts';
import { describeCarryOver, type CarryOver } from './carry-over.ts';
import { boundsOf, estimate, overheadContrast } from './estimate.ts';
import { LATENESS_LIMIT } from './stream.ts';
import type { Milliseconds, Proof } from '../../thresholds/types.ts';
import { errorRate, hasMoreErrors } from '../statistics/fisher.ts';
import type { ArmMeasurement } from './measurement.ts';

/** A condition of a valid measurement. One that does not hold makes the verdict INVALID. */
export interface Guard {
  readonly name:
    | 'start lateness'
    | 'requests as planned'
    | 'flags echoed'
    | 'settings read'
    | 'effect counted'
    | 'process restarted'
    | 'baseline errors'
    | 'error balance'
    | 'carry-over'
    | 'not faster';
  readonly held: boolean;
  /** One line: what was observed, and the limit. */
  readonly message: string;
}

/** More errors than this in the baseline, and the target itself is not fit to be measured. */
export const BASELINE_ERROR_LIMIT = 0.05;

/**
 * The load generator kept its schedule.
 * @param p99 99th percentile of planned to real start, in ms; NaN (no request started) does not hold
 */
export function latenessGuard(p99: Milliseconds): Guard {
  const held = p99 <= LATENESS_LIMIT;
  const observed = `p99 of start lateness ${milliseconds(p99)} (at most ${LATENESS_LIMIT} ms)`;
  const cause = ': the load generator is saturated; lower the rate or give it more CPU';
  return { name: 'start lateness', held, message: held ? observed : observed + cause };
}

/**
 * Every measured block has as many requests in each arm as were planned.
 * @param planned requests per arm and block
 */
export function requestsGuard(arms: readonly ArmMeasurement[], planned: number): Guard {
  const name = 'requests as planned';
  for (const arm of arms) {
    const block = arm.blocks.findIndex((measured) => measured !== null && measured.requests !== planned);
    const found = arm.blocks[block];
    if (found) {
      const message = `arm "${arm.name}" has ${found.requests} requests in block ${block + 1}: ${planned} were planned`;
      return { name, held: false, message };
    }
  }
  return { name, held: true, message: `${planned} requests per arm and block` };
}

/**
 * Every successful answer echoed the flags of its arm.
 * @param mismatches successful answers that echoed other flags or none
 * @param answers successful answers
 * @param flags the flags that they echo wrongly, as far as they are known
 */
export function echoGuard(mismatches: number, answers: number, flags: readonly string[] = []): Guard {
  const held = mismatches === 0;
  const which = flags.length === 0 ? '' : ` (${flags.join(', ')})`;
  const message = held
    ? `all ${answers} successful answers echo the flags of their arm`
    : `${mismatches} of ${answers} successful answers echo other flags than those of their arm${which}: was the target switched, or does it take no flags from the header?`;
  return { name: 'flags echoed', held, message };
}

/**
 * Each of a series of whole runs had the settings of its arm, or the series would have ended.
 * @param by what said so: answers to the API's own requests, or a call
 */
export function settingsOfRunsGuard(by: 'echo' | 'read', runs: number): Guard {
  const when = `before and after each of ${runs} runs`;
  return by === 'echo'
    ? { name: 'flags echoed', held: true, message: `${when} answers echoed the settings of its arm` }
    : { name: 'settings read', held: true, message: `${when} the target named the settings of its arm` };
}

/** Where one of these does not hold the experiment ends as INVALID: here it has held. */
const PROVEN: readonly (Pick<Guard, 'name' | 'message'> & { by: Proof['by'] })[] = [
  {
    by: 'read',
    name: 'settings read',
    message: 'after each switch, and after each arm, the target said that its settings are those of the arm',
  },
  {
    by: 'counter',
    name: 'effect counted',
    message: 'the counter grew in each arm with its settings, and stood still in each without them',
  },
  { by: 'uptime', name: 'process restarted', message: 'each switch restarted the process' },
];

/** The baseline has at most 5 % errors. */
export function baselineErrorsGuard(baseline: ArmMeasurement): Guard {
  const held = baseline.requests > 0 && errorRate(baseline) <= BASELINE_ERROR_LIMIT;
  const message = `${ofRequests(baseline)} without a successful answer (at most ${percent(BASELINE_ERROR_LIMIT)})`;
  return { name: 'baseline errors', held, message };
}

/** The baseline has not more errors than the treatment, by the rule that makes more in the treatment a FAIL. */
export function errorBalanceGuard(baseline: ArmMeasurement, treatment: ArmMeasurement): Guard {
  const held = !hasMoreErrors(baseline, treatment, ERROR_ALPHA);
  const counts = `errors: ${ofRequests(baseline)}, ${ofRequests(treatment)}`;
  const message = held
    ? counts
    : `${counts}: more without the flags than with them; something else went wrong`;
  return { name: 'error balance', held, message };
}

/** A treatment that is faster by more than the larger of both did not do the work, or is not the treatment. */
const FASTER_MS: Milliseconds = 5;
const FASTER_SHARE = 0.05;

/**
 * The treatment is not faster than a baseline of everything off: flags were swapped, or answers came without the work.
 * @param upper bound of the overhead
 */
export function fasterGuard(
  baseline: Pick<ArmMeasurement, 'p95'>,
  overhead: Milliseconds,
  upper: Milliseconds,
): Guard {
  const limit = Math.max(FASTER_MS, FASTER_SHARE * baseline.p95);
  const held = upper >= -limit;
  const observed = `overhead ${milliseconds(overhead)}, at most ${milliseconds(upper)}`;
  const cause = `: the treatment is faster than everything off by more than ${milliseconds(limit)}; are the flags swapped, or does it answer without the work? expected allowFaster where this is meant`;
  return { name: 'not faster', held, message: held ? observed : observed + cause };
}

/** One-sided: the guard is asked after each block. */
const FASTER_TAIL = 0.005;

/** The same by what was measured; too little says nothing against it. */
export function notFasterGuard(baseline: ArmMeasurement, treatment: ArmMeasurement): Guard {
  const overhead = estimate([baseline, treatment], overheadContrast(baseline.name, treatment.name));
  return fasterGuard(baseline, overhead.value, boundsOf(overhead, FASTER_TAIL)?.upper ?? Infinity);
}

/** Nothing carries over from arm to arm. @param problem what does, and what to do; null where nothing was found */
export function carryOverGuard(problem: string | null): Guard {
  const held = problem === null;
  return { name: 'carry-over', held, message: problem ?? 'no effect of an arm on the next was found' };
}

/** What an experiment saw besides latencies. */
export interface Observed {
  readonly startLatenessP99: Milliseconds;
  readonly plannedRequests: number;
  readonly echoMismatches: number;
  /** The flags that they echo wrongly. */
  readonly wrongFlags?: readonly string[];
  readonly successfulAnswers: number;
  /** null where no arm follows another. */
  readonly carryOver: CarryOver | null;
  /** The baseline is not everything off, or the team allows it. */
  readonly mayBeFaster: boolean;
  /** The kinds of proof that hold: what does not ends the experiment at once, but for the echo. */
  readonly provenBy: readonly Proof['by'][];
}

/**
 * All guards of an experiment, in the order of the report.
 * @param arms all of its arms, where there are more than the two
 */
export function experimentGuards(
  baseline: ArmMeasurement,
  treatment: ArmMeasurement,
  observed: Observed,
  arms: readonly ArmMeasurement[] = [baseline, treatment],
): Guard[] {
  return [
    latenessGuard(observed.startLatenessP99),
    requestsGuard(arms, observed.plannedRequests),
    ...(observed.provenBy.includes('echo')
      ? [echoGuard(observed.echoMismatches, observed.successfulAnswers, observed.wrongFlags)]
      : []),
    ...PROVEN.filter(({ by }) => observed.provenBy.includes(by)).map(({ name, message }) => ({
      name,
      held: true,
      message,
    })),
    baselineErrorsGuard(baseline),
    errorBalanceGuard(baseline, treatment),
    ...(observed.carryOver === null ? [] : [carryOverGuard(describeCarryOver(observed.carryOver))]),
    ...(observed.mayBeFaster ? [] : [notFasterGuard(baseline, treatment)]),
  ];
}

function ofRequests(arm: ArmMeasurement): string {
  return `${percent(errorRate(arm))} of ${arm.requests} requests of arm "${arm.name}"`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share === 0 || share >= 0.1 ? 0 : 1)} %`;
}

function milliseconds(value: Milliseconds): string {
  return Number.isFinite(value) ? `${value.toFixed(1)} ms` : 'not measured';
}
