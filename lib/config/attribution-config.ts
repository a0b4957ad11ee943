/** The configuration of the attribution of the overhead to its flags. */
import { attribution as defaults } from '../../thresholds/attribution.ts';
import { armName, combinationsOf, type Design, type Features } from '../experiment/attribution.ts';
import { planErrors, type Arm, type Plan } from '../experiment/plan.ts';
import { LEAST_BLOCKS } from '../experiment/verdict.ts';
import { ConfigError } from './config-error.ts';
import { findEnvironment, target, type Sources } from './config.ts';
import {
  BASELINE,
  checkSwitching,
  flagsOn,
  steadyRate,
  TREATMENT,
  type ExperimentConfig,
} from './experiment-config.ts';
import { FLAGS } from './flags.ts';
import { overheadProfile } from './overhead-config.ts';
import { variable, type Env } from './variables.ts';

/** The flags whose shares are asked for: all but the one for all of observability. */
export const FEATURES: Features = {
  flags: FLAGS.slice(1),
  baseline: BASELINE,
  alone: 'ENABLE_OBSERVABILITY',
  treatment: TREATMENT,
};

export interface AttributionConfig extends ExperimentConfig {
  scenario: 'attribution';
  design: Design;
}

/**
 * The configuration of attribution: environment variable, then environment file, then attribution.ts. Budget and mode
 * are those of the overhead experiment.
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function attributionConfig(env: Env, sources: Sources = {}): AttributionConfig {
  checkUnused(env);
  const { name, environment } = findEnvironment(env, sources);
  const file = `thresholds/${name}.ts`;
  const { mode, budgetMs } = overheadProfile(env, environment);
  const profile = { ...defaults, ...environment.attribution };
  const common = target(env, name, environment, sources);
  const switching = checkSwitching(common.switching, mode, file);
  const design = variable(env, 'DESIGN') ?? profile.design;
  const arms = armsOf(design);
  const plan: Plan = {
    mode,
    arms,
    blocks: variable(env, 'BLOCKS') ?? Math.max(profile.blocks, mode === 'header' ? LEAST_BLOCKS.header : 0),
    rate: steadyRate(env) ?? profile.perSecond,
    // All arms share a block of header mode: each gets as many requests as in a block of its own.
    seconds: mode === 'header' ? profile.seconds * arms.length : profile.seconds,
    settleSeconds: profile.settleSeconds,
    warmUpSeconds: profile.warmUpSeconds,
    arrivals: profile.arrivals,
    seed: String(common.seed),
  };
  const [problem] = planErrors(plan);
  if (problem !== undefined)
    throw new ConfigError('attribution plan', problem, `BLOCKS, RATE, or attribution in ${file}`);
  return { scenario: 'attribution', ...common, switching, plan, budgetMs, earlyStop: false, design };
}

/** Everything off, and observability with each combination of the flags. */
function armsOf(design: Design): Arm[] {
  return [
    { name: FEATURES.baseline, flags: flagsOn([]) },
    ...combinationsOf(design, FEATURES.flags).map(({ on }) => ({
      name: armName(FEATURES, on),
      flags: flagsOn(['ENABLE_OBSERVABILITY', ...on]),
    })),
  ];
}

/** What the overhead experiment takes and attribution does not. */
function checkUnused(env: Env): void {
  if (variable(env, 'EARLY_STOP') === true) {
    throw new ConfigError(
      'EARLY_STOP',
      "'on'",
      'off: attribution measures all its blocks, for its intervals',
    );
  }
  for (const name of ['BASELINE', 'TREATMENT'] as const) {
    const arm = variable(env, name);
    if (arm !== undefined)
      throw new ConfigError(name, `'${arm}'`, 'nothing: attribution measures its arms by DESIGN');
  }
}
