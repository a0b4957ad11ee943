/** What every experiment has that switches its target. */
import type {
  CostLimits,
  Milliseconds,
  PerSecond,
  Seconds,
  StreamProfile,
  Switching,
} from '../../thresholds/types.ts';
import type { Budget } from './budgets.ts';
import { ConfigError } from './config-error.ts';
import { checkSwitchingSecrets, findEnvironment, target, type Sources, type Target } from './config.ts';
import type { Deployments } from './deployments.ts';
import { SETTLE_SPREAD, type Plan, type PlanProblem } from './experiment-plan.ts';
import { checkSwitching, switchTimeoutMs } from './switching.ts';
import { variable, type Env } from './variables.ts';

/** A target that can be switched. */
export interface SwitchedTarget extends Target {
  switching: Switching;
  /** Where each arm has a deployment of its own. */
  deployments?: Deployments;
}

/** The configuration of an experiment of arms that are compared. */
export interface ExperimentConfig extends SwitchedTarget {
  scenario: string;
  plan: Plan;
  /** What the treatment may cost; that of P95 first. */
  budgets: readonly Budget[];
  earlyStop: boolean;
  /** How long each arm must be under load before its latency may decide. */
  leastSeconds: Seconds;
  /** At most so long a switch waits until the queues that are watched are as empty as at the start. */
  drainMs: Milliseconds;
  /** A treatment may be faster than everything off. */
  allowFaster: boolean;
  /** On what the target says about itself; none in an A/A run. */
  costLimits: CostLimits;
}

/**
 * How long an experiment may take at most, in milliseconds: the plan, a time-out of the last request of every arm, and
 * every switch at its slowest.
 */
export function deadlineMs({
  plan,
  api,
  switching,
  drainMs,
}: Pick<ExperimentConfig, 'plan' | 'api' | 'switching' | 'drainMs'>): Milliseconds {
  const arms = plan.mode === 'toggle' ? plan.arms.length : 1;
  // With a swap each block has its arms twice.
  const streams = (plan.blocks + 1) * arms * (plan.deployments === 'crossed' ? 2 : 1);
  const each = (1 + SETTLE_SPREAD) * plan.settleSeconds + plan.seconds + plan.warmUpSeconds;
  const switchMs = plan.mode === 'toggle' ? switchTimeoutMs(switching) + api.timeoutMs + drainMs : 0;
  return streams * (each * 1_000 + 2 * api.timeoutMs + switchMs) + 10_000;
}

/** The target of an experiment, which its environment must say how to switch. */
export function switchedTarget(
  env: Env,
  found: ReturnType<typeof findEnvironment>,
  mode: Plan['mode'],
  sources: Sources,
): Target & { switching: Switching } {
  const file = `thresholds/${found.name}.ts`;
  const common = target(env, found.name, found.environment, sources);
  const switching = checkSwitching(common.switching, mode, file);
  checkSwitchingSecrets(switching, env, file);
  return { ...common, switching };
}

/** The plan of a profile, but for its arms and its seed. */
export function planOf(profile: StreamProfile, mode: Plan['mode']): Omit<Plan, 'arms' | 'seed'> {
  const { blocks, perSecond: rate, seconds, settleSeconds, warmUpSeconds, arrivals } = profile;
  return { mode, blocks, rate, seconds, settleSeconds, warmUpSeconds, arrivals };
}

/** RATE of an experiment, which has no ramp; `undefined` where it is not set. */
export function steadyRate(env: Env): PerSecond | undefined {
  const rate = variable(env, 'RATE');
  if (!Array.isArray(rate)) return rate;
  throw new ConfigError(
    'RATE',
    `'${env.RATE ?? ''}'`,
    'expected requests per second such as 50: an experiment has no ramp',
  );
}

/**
 * @param settings where a plan is set, such as `BLOCKS, RATE, or overhead in thresholds/local.ts`
 * @throws ConfigError where the plan could decide nothing
 */
export function refusePlan(problem: PlanProblem | null, what: string, settings: string): void {
  if (problem === null) return;
  throw new ConfigError(`${what} plan`, problem.wrong, `expected ${problem.needed} (${settings})`);
}
