/** The configuration of the attribution of the overhead to its flags. */
import { attribution as defaults } from '../../thresholds/attribution.ts';
import { attributionArms, designFor, type Design } from './arms.ts';
import { budgetProblem, budgetsOf } from './budgets.ts';
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
import { LEAST_BLOCKS, planProblem, type Plan } from './experiment-plan.ts';
import { deploymentsOf } from './deployments.ts';
import { exposureProblem } from './exposure.ts';
import { costLimitsOf, overheadProfile } from './overhead-config.ts';
import { variable, type Env } from './variables.ts';

export interface AttributionConfig extends ExperimentConfig {
  scenario: 'attribution';
  design: Design;
}

/**
 * The configuration of attribution: environment variable, then environment file, then attribution.ts. Budget, limits and
 * mode are those of the overhead experiment.
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function attributionConfig(env: Env, sources: Sources = {}): AttributionConfig {
  checkUnused(env);
  const found = findEnvironment(env, sources);
  const file = `thresholds/${found.name}.ts`;
  const overhead = overheadProfile(env, found.environment);
  const { mode, allowFaster } = overhead;
  const budgets = budgetsOf(overhead);
  const profile = {
    ...checkedFile('attribution', defaults, 'thresholds/attribution.ts'),
    ...found.environment.attribution,
  };
  const common = switchedTarget(env, found, mode, sources);
  const design = designFor(variable(env, 'DESIGN') ?? profile.design, common.settings);
  const arms = attributionArms(design, common.settings);
  const placed = deploymentsOf(common.switching, mode, common.settings, arms, file);
  const plan: Plan = {
    ...planOf(profile, mode),
    arms,
    blocks: variable(env, 'BLOCKS') ?? Math.max(profile.blocks, mode === 'header' ? LEAST_BLOCKS.header : 0),
    rate: steadyRate(env) ?? profile.perSecond,
    // All arms share a block of header mode: each gets as many requests as in a block of its own.
    seconds: mode === 'header' ? profile.seconds * arms.length : profile.seconds,
    seed: String(common.seed),
    ...placed.plan,
  };
  const leastSeconds = variable(env, 'LEAST_SECONDS') ?? profile.leastSeconds;
  const problem = planProblem(plan) ?? exposureProblem(plan, leastSeconds) ?? budgetProblem(plan, budgets);
  refusePlan(problem, 'attribution', `BLOCKS, RATE, LEAST_SECONDS, or attribution in ${file}`);
  return {
    scenario: 'attribution',
    ...common,
    ...placed.target,
    plan,
    budgets,
    earlyStop: false,
    leastSeconds,
    drainMs: profile.drainSeconds * 1_000,
    allowFaster,
    costLimits: costLimitsOf(overhead, common.monitor, plan, file),
    design,
  };
}

/** What the overhead experiment takes and attribution does not. */
function checkUnused(env: Env): void {
  if (variable(env, 'EARLY_STOP') === true) {
    throw new ConfigError(
      'EARLY_STOP',
      "'on'",
      'expected off: attribution measures all its blocks, for its intervals',
    );
  }
  for (const name of ['BASELINE', 'TREATMENT'] as const) {
    const arm = variable(env, name);
    if (arm !== undefined)
      throw new ConfigError(name, `'${arm}'`, 'expected nothing: attribution measures its arms by DESIGN');
  }
}
