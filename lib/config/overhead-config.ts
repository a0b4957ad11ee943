/** The configuration of the overhead experiment. */
import { overhead as defaults } from '../../thresholds/overhead.ts';
import type { CostLimits, Environment, MonitorProfile, OverheadProfile } from '../../thresholds/types.ts';
import { haveSameFlags, twoArms } from './arms.ts';
import { budgetProblem, budgetsOf, refuseTwoBudgets } from './budgets.ts';
import { checkedFile } from './checked-files.ts';
import { ConfigError } from './config-error.ts';
import { findEnvironment, type Sources } from './config.ts';
import {
  planOf,
  refusePlan,
  steadyRate,
  switchedTarget,
  type ExperimentConfig,
} from './experiment-config.ts';
import { deploymentsOf, WATCHED_AT_ONE } from './deployments.ts';
import { planProblem, type Mode, type Plan } from './experiment-plan.ts';
import { exposureProblem } from './exposure.ts';
import { variable, type Env } from './variables.ts';

export interface OverheadConfig extends ExperimentConfig {
  scenario: 'overhead';
  /** The arms as they were asked for: `none`, `all`, one by name, or settings joined by `+`. */
  baseline: string;
  treatment: string;
}

/**
 * The configuration of the overhead experiment: environment variable, then environment file, then overhead.ts.
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function overheadConfig(env: Env, sources: Sources = {}): OverheadConfig {
  const found = findEnvironment(env, sources);
  const file = `thresholds/${found.name}.ts`;
  const profile = overheadProfile(env, found.environment);
  const common = switchedTarget(env, found, profile.mode, sources);
  const arms = twoArms(common.settings, profile);
  const placed = deploymentsOf(common.switching, profile.mode, common.settings, arms, file);
  const plan = { ...planOf(profile, profile.mode), arms, seed: String(common.seed), ...placed.plan };
  const budgets = budgetsOf(profile);
  const problem =
    planProblem(plan) ?? exposureProblem(plan, profile.leastSeconds) ?? budgetProblem(plan, budgets);
  refusePlan(problem, 'overhead', `BLOCKS, RATE, LEAST_SECONDS, or overhead in ${file}`);
  const costLimits = costLimitsOf(profile, common.monitor, plan, file);
  return {
    scenario: 'overhead',
    ...common,
    ...placed.target,
    plan,
    costLimits: haveSameFlags(plan.arms) ? {} : costLimits,
    budgets,
    earlyStop: profile.earlyStop,
    leastSeconds: profile.leastSeconds,
    drainMs: profile.drainSeconds * 1_000,
    allowFaster: profile.allowFaster,
    baseline: profile.baseline,
    treatment: profile.treatment,
  };
}

/**
 * What an arm of an experiment may cost besides latency.
 * @throws ConfigError where that cannot be judged
 */
export function costLimitsOf(
  { limits = {} }: Pick<OverheadProfile, 'limits'>,
  monitor: MonitorProfile | null,
  { mode, deployments }: Pick<Plan, 'mode' | 'deployments'>,
  file: string,
): CostLimits {
  checkCostLimits(limits, monitor, mode, file);
  if (deployments !== undefined && Object.keys(limits).length > 0)
    throw new ConfigError(
      `${file} overhead.limits`,
      `limits what an arm costs, and ${WATCHED_AT_ONE}`,
      'expected no overhead.limits, or settings that are switched',
    );
  return limits;
}

/**
 * Limits on what the target says about itself stand on watching it, arm by arm.
 * @throws ConfigError where they cannot be judged
 */
export function checkCostLimits(
  limits: CostLimits,
  monitor: MonitorProfile | null,
  mode: Mode,
  file: string,
): void {
  if (Object.keys(limits).length === 0) return;
  const limited = `${file} overhead.limits limits what an arm costs the target`;
  if (monitor === null)
    throw new ConfigError('MONITOR', `off, and ${limited}`, 'expected on, or no overhead.limits');
  if (mode === 'toggle') return;
  const why =
    mode === 'header'
      ? 'whose arms then share one process at the same time'
      : 'which whole runs do not tell by arm';
  throw new ConfigError('MODE', `${mode}, and ${limited}, ${why}`, 'expected toggle, or no overhead.limits');
}

/** What stands in the environment's file, then in overhead.ts. */
export function overheadInFiles({ overhead }: Pick<Environment, 'overhead'>): OverheadProfile {
  return changedProfile(checkedFile('overhead', defaults, 'thresholds/overhead.ts'), overhead);
}

/**
 * A profile with what an environment changes in it. Of budgets and limits each one that it leaves out stays; `budgetMs` is
 * its budget for P95, however the profile has one.
 */
export function changedProfile(
  profile: OverheadProfile,
  changes: Partial<OverheadProfile> = {},
): OverheadProfile {
  const { budgetMs } = changes;
  const ofP95 = budgetMs === undefined ? {} : { p95Ms: budgetMs };
  return {
    ...profile,
    ...changes,
    budgets: { ...profile.budgets, ...ofP95, ...changes.budgets },
    limits: { ...profile.limits, ...changes.limits },
  };
}

/** How an experiment runs: environment variable, then environment file, then overhead.ts. */
export function overheadProfile(env: Env, environment: Pick<Environment, 'overhead'>): OverheadProfile {
  refuseTwoBudgets(environment.overhead);
  const profile = overheadInFiles(environment);
  const budget = variable(env, 'BUDGET');
  return {
    ...profile,
    ...(budget === undefined ? {} : { budgetMs: budget, budgets: { ...profile.budgets, p95Ms: budget } }),
    mode: variable(env, 'MODE') ?? profile.mode,
    perSecond: steadyRate(env) ?? profile.perSecond,
    blocks: variable(env, 'BLOCKS') ?? profile.blocks,
    earlyStop: variable(env, 'EARLY_STOP') ?? profile.earlyStop,
    leastSeconds: variable(env, 'LEAST_SECONDS') ?? profile.leastSeconds,
    baseline: variable(env, 'BASELINE') ?? profile.baseline,
    treatment: variable(env, 'TREATMENT') ?? profile.treatment,
  };
}
