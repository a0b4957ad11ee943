/** The configuration of a capacity run. */
import * as v from 'valibot';
import { capacity as defaults } from '../../thresholds/capacity.ts';
import type { CapacityProfile, Environment, Milliseconds } from '../../thresholds/types.ts';
import { capacityPlanErrors, type CapacityPlan } from '../experiment/capacity/ladder.ts';
import type { CapacityLimits } from '../experiment/capacity/rate-trial.ts';
import type { CapacityGates } from '../experiment/capacity/verdict.ts';
import type { Arm } from '../experiment/plan.ts';
import { check, limitsSchema } from './checks.ts';
import { ConfigError } from './config-error.ts';
import { findEnvironment, target, type Sources } from './config.ts';
import { BASELINE, checkSwitching, flagsOf, TREATMENT, type SwitchedTarget } from './experiment-config.ts';
import { variable, type Env } from './variables.ts';

export interface CapacityConfig extends SwitchedTarget {
  scenario: 'capacity';
  plan: CapacityPlan;
  arms: readonly [baseline: Arm, treatment: Arm];
  limits: CapacityLimits;
  gates: CapacityGates;
  recoveryMs: Milliseconds;
  deadlineMs: Milliseconds;
  /** The arms as they were asked for: `none`, `all`, or flags joined by `+`. */
  baseline: string;
  treatment: string;
}

const above0 = v.pipe(v.number(), v.gtValue(0, 'above 0'), v.finite('a finite number'));
const profileSchema = v.object({
  recoverySeconds: v.pipe(above0, v.maxValue(600, 'at most 600 s')),
  deadlineMinutes: v.pipe(above0, v.maxValue(1_440, 'at most 1440 minutes')),
  limits: v.object({ ...limitsSchema.entries, p95Ms: above0 }),
  maxLossShare: v.optional(v.pipe(above0, v.maxValue(1, 'a share from 0 to 1'))),
  minPerSecond: v.optional(above0),
});

/**
 * The configuration of a capacity run: environment variable, then environment file, then capacity.ts.
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function capacityConfig(env: Env, sources: Sources = {}): CapacityConfig {
  const { name, environment } = findEnvironment(env, sources);
  const file = `thresholds/${name}.ts`;
  const profile = capacityProfile(env, environment);
  check(profileSchema, profile, `${file} capacity`);
  const common = target(env, name, environment, sources);
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
  };
  const [problem] = capacityPlanErrors(plan);
  if (problem !== undefined)
    throw new ConfigError('capacity plan', problem, `RATE, BLOCKS, or capacity in ${file}`);
  return {
    scenario: 'capacity',
    ...common,
    switching: checkSwitching(common.switching, 'toggle', file),
    plan,
    arms: [
      { name: BASELINE, flags: flagsOf(profile.baseline, `${file} capacity.baseline`) },
      { name: TREATMENT, flags: flagsOf(profile.treatment, `${file} capacity.treatment`) },
    ],
    limits: profile.limits,
    gates: {
      ...(profile.maxLossShare === undefined ? {} : { maxLossShare: profile.maxLossShare }),
      ...(profile.minPerSecond === undefined ? {} : { minPerSecond: profile.minPerSecond }),
    },
    recoveryMs: profile.recoverySeconds * 1_000,
    deadlineMs: profile.deadlineMinutes * 60_000,
    baseline: profile.baseline,
    treatment: profile.treatment,
  };
}

function capacityProfile(env: Env, environment: Environment): CapacityProfile {
  const profile = { ...defaults, ...environment.capacity };
  const rate = variable(env, 'RATE');
  if (Array.isArray(rate)) {
    throw new ConfigError(
      'RATE',
      `'${env.RATE ?? ''}'`,
      'requests per second such as 50: the first rung; a ladder has no ramp',
    );
  }
  if (variable(env, 'MODE') === 'header') {
    throw new ConfigError('MODE', "'header'", 'toggle: both arms would wait in the same queue');
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
