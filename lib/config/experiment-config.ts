/** What every experiment has that switches its target. */
import type { Flags, Milliseconds, PerSecond, Switching } from '../../thresholds/types.ts';
import type { Plan } from '../experiment/plan.ts';
import { ConfigError } from './config-error.ts';
import type { Target } from './config.ts';
import { FLAGS } from './flags.ts';
import { ARM, ARM_PATTERN, variable, type Env } from './variables.ts';

/** The names of the two arms in metrics and reports. */
export const BASELINE = 'baseline';
export const TREATMENT = 'treatment';

/** A target that can be switched, and says which flags were in force. */
export interface SwitchedTarget extends Target {
  switching: Switching;
}

/** The configuration of an experiment of arms that are compared. */
export interface ExperimentConfig extends SwitchedTarget {
  scenario: string;
  plan: Plan;
  budgetMs: Milliseconds;
  earlyStop: boolean;
}

/**
 * How long an experiment may take at most, in milliseconds: the plan, a time-out of the last request of every arm, and
 * every switch at its slowest.
 */
export function deadlineMs({
  plan,
  api,
  switching,
}: Pick<ExperimentConfig, 'plan' | 'api' | 'switching'>): Milliseconds {
  const arms = plan.mode === 'toggle' ? plan.arms.length : 1;
  const streams = (plan.blocks + 1) * arms;
  const each = plan.settleSeconds + plan.seconds + plan.warmUpSeconds;
  const switchMs = plan.mode === 'toggle' ? (switching.admin?.timeoutMs ?? 0) + api.timeoutMs : 0;
  return streams * (each * 1_000 + 2 * api.timeoutMs + switchMs) + 10_000;
}

/** RATE of an experiment, which has no ramp; `undefined` where it is not set. */
export function steadyRate(env: Env): PerSecond | undefined {
  const rate = variable(env, 'RATE');
  if (!Array.isArray(rate)) return rate;
  throw new ConfigError(
    'RATE',
    `'${env.RATE ?? ''}'`,
    'requests per second such as 50: an experiment has no ramp',
  );
}

/** `none` is observability off; every other arm has it on, and each feature as named. */
export function flagsOf(arm: string, place: string): Flags {
  if (!ARM_PATTERN.test(arm)) throw new ConfigError(place, `'${arm}'`, ARM);
  const on = arm === 'none' ? [] : arm === 'all' ? FLAGS : ['ENABLE_OBSERVABILITY', ...arm.split('+')];
  return flagsOn(on);
}

/** All flags, of which some are on. */
export function flagsOn(on: readonly string[]): Flags {
  return Object.fromEntries(FLAGS.map((flag) => [flag, on.includes(flag)])) as Record<
    (typeof FLAGS)[number],
    boolean
  >;
}

/** An experiment on a target that it cannot switch, or that does not say which flags were in force, proves nothing. */
export function checkSwitching(switching: Switching | null, mode: Plan['mode'], file: string): Switching {
  const place = `${file} switching`;
  if (switching === null) {
    throw new ConfigError(place, 'missing', 'how the flags are switched: see thresholds/switching.ts');
  }
  if (switching.echo === undefined) {
    throw new ConfigError(
      `${place}.echo`,
      'missing',
      'the header in which every answer says which flags were in force',
    );
  }
  if (mode === 'toggle' && switching.admin === undefined) {
    throw new ConfigError(`${place}.admin`, 'missing in toggle mode', 'an admin call, or MODE=header');
  }
  if (mode === 'header' && switching.header === undefined) {
    throw new ConfigError(`${place}.header`, 'missing in header mode', 'a request header, or MODE=toggle');
  }
  return switching;
}
