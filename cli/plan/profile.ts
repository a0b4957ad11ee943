/** The plan of an experiment as the environment has it, without a target: nothing is sent. */
import { findEnvironment } from '../../lib/config/config.ts';
import { variable, type Env } from '../../lib/config/variables.ts';
import type { Plan } from '../../lib/overhead/plan.ts';
import { overhead as defaults } from '../../thresholds/overhead.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

/** How an experiment would run, but for its number of blocks. */
export interface PlanProfile {
  environment: string;
  plan: Omit<Plan, 'blocks'>;
  budgetMs: Milliseconds;
  earlyStop: boolean;
}

/** @throws ConfigError for a wrong setting */
export function planProfile(env: Env): PlanProfile {
  // Looking at the plan of a protected environment loads nothing: it needs no confirmation.
  const name = env.TEST_ENV?.trim();
  const found = findEnvironment({ ...env, ...(name === undefined || name === '' ? {} : { CONFIRM: name }) });
  const profile = { ...defaults, ...found.environment.overhead };
  const rate = variable(env, 'RATE');
  return {
    environment: found.name,
    plan: {
      mode: variable(env, 'MODE') ?? profile.mode,
      arms: ['baseline', 'treatment'].map((arm) => ({ name: arm, flags: {} })),
      rate: typeof rate === 'number' ? rate : profile.perSecond,
      seconds: profile.seconds,
      settleSeconds: profile.settleSeconds,
      warmUpSeconds: profile.warmUpSeconds,
      arrivals: profile.arrivals,
      seed: '0',
    },
    budgetMs: variable(env, 'BUDGET') ?? profile.budgetMs,
    earlyStop: variable(env, 'EARLY_STOP') ?? profile.earlyStop,
  };
}
