/** What the overhead experiment needs, made once at init. */
import { ConfigError } from '../config/config-error.ts';
import {
  BASELINE,
  deadlineMs,
  isSameFlags,
  overheadConfig,
  TREATMENT,
  type OverheadConfig,
} from '../config/overhead-config.ts';
import type { Env } from '../config/variables.ts';
import { overheadOptions, type OverheadOptions } from '../load/overhead-options.ts';
import { looksOf, type Question } from '../overhead/judge-experiment.ts';
import { cumulative } from '../workflow/pick.ts';
import { pathOf, readInputs, type Open } from './inputs.ts';

/** Everything that setup, the experiment, teardown and the report share. */
export interface OverheadRun {
  config: OverheadConfig;
  question: Question;
  deadlineMs: number;
  options: OverheadOptions;
  bodies: string[];
  /** Running sums of the bodies' weights. */
  upTo: number[];
  tokens: string[];
}

/**
 * The run of the experiment, or the one line that says what is wrong with its settings.
 * @param ownReports the address of the project's own reports/, as the bundle finds it
 */
export function makeOverheadRun(env: Env, open: Open, ownReports: string): OverheadRun | { error: string } {
  try {
    const found = overheadConfig(env);
    const config = { ...found, reportDir: found.reportDir ?? pathOf(ownReports) };
    const { bodies, weights, tokens } = readInputs(config, config.reportDir, env, open);
    const sameFlags = isSameFlags(config);
    const { plan, budgetMs, earlyStop } = config;
    return {
      config,
      question: {
        plan,
        budgetMs,
        baseline: BASELINE,
        treatment: TREATMENT,
        sameFlags,
        looks: looksOf(plan, earlyStop, sameFlags),
      },
      deadlineMs: deadlineMs(config),
      options: overheadOptions(config),
      bodies,
      upTo: cumulative(weights),
      tokens,
    };
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw error;
  }
}
