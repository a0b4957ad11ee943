/** The configuration of the overhead experiment. */
import { overhead as defaults } from '../../thresholds/overhead.ts';
import type { Environment, Flags, Milliseconds, OverheadProfile, Switching } from '../../thresholds/types.ts';
import { planErrors, type Plan } from '../overhead/plan.ts';
import { ConfigError } from './config-error.ts';
import { findEnvironment, target, type Sources, type Target } from './config.ts';
import { FLAGS } from './flags.ts';
import { ARM, ARM_PATTERN, variable, type Env } from './variables.ts';

/** The names of the two arms in metrics and reports. */
export const BASELINE = 'baseline';
export const TREATMENT = 'treatment';

export interface OverheadConfig extends Target {
  scenario: 'overhead';
  switching: Switching;
  plan: Plan;
  budgetMs: Milliseconds;
  earlyStop: boolean;
  /** The arms as they were asked for: `none`, `all`, or flags joined by `+`. */
  baseline: string;
  treatment: string;
}

/**
 * The configuration of the overhead experiment: environment variable, then environment file, then overhead.ts.
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function overheadConfig(env: Env, sources: Sources = {}): OverheadConfig {
  const { name, environment } = findEnvironment(env, sources);
  const file = `thresholds/${name}.ts`;
  const profile = overheadProfile(env, environment);
  const common = target(env, name, environment, sources);
  const switching = checkSwitching(common.switching, profile.mode, file);
  const plan: Plan = {
    mode: profile.mode,
    arms: [
      { name: BASELINE, flags: flagsOf(profile.baseline, `${file} overhead.baseline`) },
      { name: TREATMENT, flags: flagsOf(profile.treatment, `${file} overhead.treatment`) },
    ],
    blocks: profile.blocks,
    rate: profile.perSecond,
    seconds: profile.seconds,
    settleSeconds: profile.settleSeconds,
    warmUpSeconds: profile.warmUpSeconds,
    arrivals: profile.arrivals,
    seed: String(common.seed),
  };
  const [problem] = planErrors(plan);
  if (problem !== undefined)
    throw new ConfigError('overhead plan', problem, `BLOCKS, RATE, or overhead in ${file}`);
  return {
    scenario: 'overhead',
    ...common,
    switching,
    plan,
    budgetMs: profile.budgetMs,
    earlyStop: profile.earlyStop,
    baseline: profile.baseline,
    treatment: profile.treatment,
  };
}

/** Whether both arms have the same flags: an A/A run. */
export function isSameFlags({ plan: { arms } }: OverheadConfig): boolean {
  return new Set(arms.map(({ flags }) => JSON.stringify(flags))).size === 1;
}

/**
 * How long an experiment may take at most, in milliseconds: the plan, a time-out of the last request of every arm, and
 * every switch at its slowest.
 */
export function deadlineMs({ plan, api, switching }: OverheadConfig): Milliseconds {
  const arms = plan.mode === 'toggle' ? plan.arms.length : 1;
  const streams = (plan.blocks + 1) * arms;
  const each = plan.settleSeconds + plan.seconds + plan.warmUpSeconds;
  const switchMs = plan.mode === 'toggle' ? (switching.admin?.timeoutMs ?? 0) + api.timeoutMs : 0;
  return streams * (each * 1_000 + 2 * api.timeoutMs + switchMs) + 10_000;
}

/** How an experiment runs: environment variable, then environment file, then overhead.ts. */
export function overheadProfile(env: Env, environment: Environment): OverheadProfile {
  const profile = { ...defaults, ...environment.overhead };
  const rate = variable(env, 'RATE');
  if (Array.isArray(rate)) {
    throw new ConfigError(
      'RATE',
      `'${env.RATE ?? ''}'`,
      'requests per second such as 50: an experiment has no ramp',
    );
  }
  return {
    ...profile,
    mode: variable(env, 'MODE') ?? profile.mode,
    budgetMs: variable(env, 'BUDGET') ?? profile.budgetMs,
    perSecond: rate ?? profile.perSecond,
    blocks: variable(env, 'BLOCKS') ?? profile.blocks,
    earlyStop: variable(env, 'EARLY_STOP') ?? profile.earlyStop,
    baseline: variable(env, 'BASELINE') ?? profile.baseline,
    treatment: variable(env, 'TREATMENT') ?? profile.treatment,
  };
}

/** `none` is observability off; every other arm has it on, and each feature as named. */
function flagsOf(arm: string, place: string): Flags {
  if (!ARM_PATTERN.test(arm)) throw new ConfigError(place, `'${arm}'`, ARM);
  const on = arm === 'none' ? [] : arm === 'all' ? FLAGS : ['ENABLE_OBSERVABILITY', ...arm.split('+')];
  return Object.fromEntries(FLAGS.map((flag) => [flag, (on as readonly string[]).includes(flag)])) as Record<
    (typeof FLAGS)[number],
    boolean
  >;
}

/** An experiment on a target that it cannot switch, or that does not say which flags were in force, proves nothing. */
function checkSwitching(switching: Switching | null, mode: Plan['mode'], file: string): Switching {
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
