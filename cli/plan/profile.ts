/** The plan of an experiment as the environment has it, without a target: nothing is sent. */
import { p95BudgetOf, type Budget } from '../../lib/config/budgets.ts';
import { BASELINE, TREATMENT } from '../../lib/config/arms.ts';
import { planOf } from '../../lib/config/experiment-config.ts';
import { findEnvironment } from '../../lib/config/config.ts';
import { overheadProfile } from '../../lib/config/overhead-config.ts';
import type { Env } from '../../lib/config/variables.ts';
import type { Plan } from '../../lib/config/experiment-plan.ts';
import type { Seconds } from '../../thresholds/types.ts';

/** How an experiment would run, but for its number of blocks. */
export interface PlanProfile {
  environment: string;
  plan: Omit<Plan, 'blocks'>;
  /** Of P95. */
  budget: Budget;
  earlyStop: boolean;
  /** How long each arm must be under load. */
  leastSeconds: Seconds;
}

/** @throws ConfigError for a wrong setting */
export function planProfile(env: Env): PlanProfile {
  // Looking at the plan of a protected environment loads nothing: it needs no confirmation.
  const name = env.TEST_ENV?.trim();
  const found = findEnvironment({ ...env, ...(name === undefined || name === '' ? {} : { CONFIRM: name }) });
  const profile = overheadProfile(env, found.environment);
  return {
    environment: found.name,
    plan: {
      ...planOf(profile, profile.mode),
      arms: [BASELINE, TREATMENT].map((name) => ({ name, flags: {} })),
      seed: '0',
    },
    budget: p95BudgetOf(profile),
    earlyStop: profile.earlyStop,
    leastSeconds: profile.leastSeconds,
  };
}
