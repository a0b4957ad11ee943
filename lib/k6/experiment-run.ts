/** What an experiment of arms needs, made once at init. */
import { deadlineMs, type ExperimentConfig } from '../config/experiment-config.ts';
import { BASELINE, haveSameFlags, TREATMENT } from '../config/arms.ts';
import { reservationOf } from '../config/deployments.ts';
import { isEverythingOff } from '../config/settings.ts';
import { provenOf } from '../config/switching.ts';
import { limitedCosts } from '../gates/cost-limits.ts';
import type { Switching } from '../../thresholds/types.ts';
import { overheadOptions, type OverheadOptions } from '../load/overhead-options.ts';
import { looksOf } from '../experiment/judge-experiment.ts';
import type { ExperimentSettings } from '../experiment/run-experiment.ts';
import {
  readBodies,
  refuseWithoutCommandLine,
  type Init,
  type Reported,
  type SharedInputs,
} from './inputs.ts';

/** Everything that setup, the experiment, teardown and the report share. */
export interface ExperimentRun<C extends ExperimentConfig = ExperimentConfig>
  extends SharedInputs, ExperimentSettings {
  bodies: string[];
  upTo: number[];
  config: Reported<C>;
  switchedBy: Switching['by'];
  options: OverheadOptions;
}

/**
 * The run of an experiment of arms.
 * @throws ConfigError what is wrong with its settings
 */
export function experimentRun<C extends ExperimentConfig>(found: C, init: Init): ExperimentRun<C> {
  if (found.plan.mode === 'toggle') refuseWithoutCommandLine(found, init.env);
  const { config, ...inputs } = readBodies(found, init);
  const { plan, budgets, earlyStop, allowFaster, leastSeconds, costLimits } = config;
  const [baseline] = plan.arms;
  const sameFlags = haveSameFlags(plan.arms);
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
    switchedBy: plan.mode === 'toggle' ? config.switching.by : 'header',
    deadlineMs: deadlineMs(config),
    options: overheadOptions(config),
  };
}
