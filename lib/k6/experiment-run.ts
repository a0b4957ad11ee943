/** What an experiment of arms needs, made once at init. */
import { ConfigError } from '../config/config-error.ts';
import { deadlineMs, type ExperimentConfig } from '../config/experiment-config.ts';
import { BASELINE, TREATMENT } from '../config/arms.ts';
import { reservationOf } from '../config/deployments.ts';
import { isSameFlags, overheadConfig, type OverheadConfig } from '../config/overhead-config.ts';
import { isEverythingOff } from '../config/settings.ts';
import { provenOf } from '../config/switching.ts';
import { limitedCosts } from '../gates/cost-limits.ts';
import { refusePart } from '../config/part.ts';
import type { Env } from '../config/variables.ts';
import type { Switching } from '../../thresholds/types.ts';
import { overheadOptions, type OverheadOptions } from '../load/overhead-options.ts';
import { looksOf } from '../experiment/judge-experiment.ts';
import type { ExperimentSettings } from '../experiment/run-experiment.ts';
import {
  readBodies,
  refuseWithoutCommandLine,
  type Open,
  type Reported,
  type SharedInputs,
} from './inputs.ts';

/** Everything that setup, the experiment, teardown and the report share. */
export interface ExperimentRun<C extends ExperimentConfig = ExperimentConfig>
  extends SharedInputs, ExperimentSettings {
  bodies: string[];
  upTo: number[];
  config: Reported<C>;
  options: OverheadOptions;
}

/**
 * The run of the overhead experiment, or the one line that says what is wrong with its settings.
 * @param ownReports the address of the project's own reports/, as the bundle finds it
 */
export function makeOverheadRun(
  env: Env,
  open: Open,
  ownReports: string,
): ExperimentRun<OverheadConfig> | { error: string } {
  return orError(() => {
    const config = overheadConfig(env);
    return experimentRun(config, isSameFlags(config), env, open, ownReports);
  });
}

/** What a configuration makes of the environment, or the one line that says what is wrong with it. */
export function orError<R>(make: () => R): R | { error: string } {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw error;
  }
}

/**
 * The run of any experiment of arms.
 * @param sameFlags baseline and treatment have the same flags
 */
export function experimentRun<C extends ExperimentConfig>(
  found: C,
  sameFlags: boolean,
  env: Env,
  open: Open,
  ownReports: string,
): ExperimentRun<C> {
  refusePart(env);
  if (found.plan.mode === 'toggle') refuseWithoutCommandLine(found, env);
  const { config, ...inputs } = readBodies(found, env, open, ownReports);
  const { plan, budgets, earlyStop, allowFaster, leastSeconds, costLimits } = config;
  const [baseline] = plan.arms;
  const limits = budgets.length + limitedCosts(costLimits).length;
  const reservation = reservationOf(config, plan.deployments);
  return {
    config,
    ...inputs,
    question: {
      plan,
      budgets,
      baseline: BASELINE,
      treatment: TREATMENT,
      sameFlags,
      mayBeFaster: allowFaster || sameFlags || !isEverythingOff(config.settings, baseline?.flags ?? {}),
      looks: looksOf(plan, { earlyStop, sameFlags, leastSeconds, limits }),
      leastSeconds,
      costLimits,
      proven: provenOf(config.switching),
      ...(reservation === undefined ? {} : { reservation }),
    },
    deadlineMs: deadlineMs(config),
    options: overheadOptions(config),
  };
}

/** How an experiment of arms switches its target. */
export function switchedBy({ config: { plan, switching } }: ExperimentRun): Switching['by'] {
  return plan.mode === 'toggle' ? switching.by : 'header';
}
