/** The configuration of the overhead experiment. */
import { overhead as defaults } from '../../thresholds/overhead.ts';
import type { Environment, OverheadProfile } from '../../thresholds/types.ts';
import { planErrors, type Plan } from '../experiment/plan.ts';
import { ConfigError } from './config-error.ts';
import { findEnvironment, target, type Sources } from './config.ts';
import {
  BASELINE,
  checkSwitching,
  flagsOf,
  steadyRate,
  TREATMENT,
  type ExperimentConfig,
} from './experiment-config.ts';
import { variable, type Env } from './variables.ts';

export interface OverheadConfig extends ExperimentConfig {
  scenario: 'overhead';
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

/** How an experiment runs: environment variable, then environment file, then overhead.ts. */
export function overheadProfile(env: Env, environment: Environment): OverheadProfile {
  const profile = { ...defaults, ...environment.overhead };
  return {
    ...profile,
    mode: variable(env, 'MODE') ?? profile.mode,
    budgetMs: variable(env, 'BUDGET') ?? profile.budgetMs,
    perSecond: steadyRate(env) ?? profile.perSecond,
    blocks: variable(env, 'BLOCKS') ?? profile.blocks,
    earlyStop: variable(env, 'EARLY_STOP') ?? profile.earlyStop,
    baseline: variable(env, 'BASELINE') ?? profile.baseline,
    treatment: variable(env, 'TREATMENT') ?? profile.treatment,
  };
}
