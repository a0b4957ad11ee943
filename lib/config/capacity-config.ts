/** The configuration of a capacity run. */
import { capacity as defaults } from '../../thresholds/capacity.ts';
import type { CapacityProfile, Environment, Milliseconds } from '../../thresholds/types.ts';
import { haveSameFlags, twoArms, type Arm } from './arms.ts';
import {
  capacityPlanProblem,
  type CapacityGates,
  type CapacityLimits,
  type CapacityPlan,
} from './capacity-plan.ts';
import { checkedFile } from './checked-files.ts';
import { ConfigError } from './config-error.ts';
import { findEnvironment, type Sources } from './config.ts';
import { refusePlan, switchedTarget, type SwitchedTarget } from './experiment-config.ts';
import { deploymentsOf } from './deployments.ts';
import { overheadInFiles } from './overhead-config.ts';
import { isEverythingOff } from './settings.ts';
import { variable, type Env } from './variables.ts';

export interface CapacityConfig extends SwitchedTarget {
  scenario: 'capacity';
  plan: CapacityPlan;
  arms: readonly [baseline: Arm, treatment: Arm];
  limits: CapacityLimits;
  gates: CapacityGates;
  /** The baseline is not everything off, both arms are alike, or the team allows a treatment that is faster. */
  mayHoldMore: boolean;
  recoveryMs: Milliseconds;
  deadlineMs: Milliseconds;
  /** The arms as they were asked for: `none`, `all`, one by name, or settings joined by `+`. */
  baseline: string;
  treatment: string;
}

/**
 * The configuration of a capacity run: environment variable, then environment file, then capacity.ts.
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function capacityConfig(env: Env, sources: Sources = {}): CapacityConfig {
  const found = findEnvironment(env, sources);
  const file = `thresholds/${found.name}.ts`;
  const profile = capacityProfile(env, found.environment);
  const common = switchedTarget(env, found, 'toggle', sources);
  const arms = twoArms(common.settings, profile);
  const placed = deploymentsOf(common.switching, 'toggle', common.settings, arms, file);
  const plan: CapacityPlan = {
    perSecond: profile.perSecond,
    step: profile.step,
    resolution: profile.resolution,
    ceilingPerSecond: profile.ceilingPerSecond,
    seconds: profile.seconds,
    settleSeconds: profile.settleSeconds,
    warmUpSeconds: profile.warmUpSeconds,
    blocks: profile.blocks,
    seed: String(common.seed),
    ...placed.plan,
  };
  refusePlan(capacityPlanProblem(plan), 'capacity', `RATE, BLOCKS, or capacity in ${file}`);
  return {
    scenario: 'capacity',
    ...common,
    ...placed.target,
    plan,
    arms,
    limits: profile.limits,
    gates: {
      ...(profile.maxLossShare === undefined ? {} : { maxLossShare: profile.maxLossShare }),
      ...(profile.minPerSecond === undefined ? {} : { minPerSecond: profile.minPerSecond }),
    },
    mayHoldMore:
      overheadInFiles(found.environment).allowFaster ||
      haveSameFlags(arms) ||
      !isEverythingOff(common.settings, arms[0].flags),
    recoveryMs: profile.recoverySeconds * 1_000,
    deadlineMs: profile.deadlineMinutes * 60_000,
    baseline: profile.baseline,
    treatment: profile.treatment,
  };
}

function capacityProfile(env: Env, environment: Environment): CapacityProfile {
  const profile = {
    ...checkedFile('capacity', defaults, 'thresholds/capacity.ts'),
    ...environment.capacity,
  };
  const rate = variable(env, 'RATE');
  if (Array.isArray(rate)) {
    throw new ConfigError(
      'RATE',
      `'${env.RATE ?? ''}'`,
      'expected requests per second such as 50: the first rung; a ladder has no ramp',
    );
  }
  if (variable(env, 'MODE') === 'header') {
    throw new ConfigError('MODE', "'header'", 'expected toggle: both arms would wait in the same queue');
  }
  return {
    ...profile,
    perSecond: rate ?? profile.perSecond,
    blocks: variable(env, 'BLOCKS') ?? profile.blocks,
    baseline: variable(env, 'BASELINE') ?? profile.baseline,
    treatment: variable(env, 'TREATMENT') ?? profile.treatment,
    limits: {
      p95Ms: variable(env, 'P95') ?? profile.limits.p95Ms,
      errorRate: variable(env, 'ERROR_RATE') ?? profile.limits.errorRate,
    },
  };
}
