/** k6's summary of an attribution → its result. */
import type { AttributionConfig } from '../config/attribution-config.ts';
import { attributionFeatures } from '../config/arms.ts';
import { firstLook } from '../config/exposure.ts';
import { attribute, type Attributed } from '../experiment/attribution.ts';
import type { Question } from '../experiment/judge-experiment.ts';
import type { ArmMeasurement } from '../experiment/measurement.ts';
import type { RunContext } from './result-of-summary.ts';
import { resultOfExperiment } from './from-experiment-summary.ts';
import { known } from '../result/overhead-verdict.ts';
import type { AttributionResult, RunResult, Share } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';

/** The result of an attribution. Pure: the same summary gives the same result. */
export function resultOfAttribution(
  config: AttributionConfig,
  question: Question,
  data: SummaryData,
  context: RunContext,
): RunResult {
  return resultOfExperiment(config, question, data, context, {
    load: { design: config.design },
    attribution: (arms) => attributionOf(config, arms),
  });
}

/** The shares, and the interactions that chance does not explain. */
function attributionOf(
  {
    design,
    plan,
    leastSeconds,
    settings,
  }: Pick<AttributionConfig, 'design' | 'plan' | 'leastSeconds' | 'settings'>,
  arms: readonly ArmMeasurement[],
): AttributionResult {
  const { shares, rest, together, interactions } = attribute(
    design,
    attributionFeatures(settings),
    arms,
    firstLook(plan, leastSeconds),
  );
  return {
    design,
    of: plan.mode === 'header' ? 'direct' : 'whole system',
    shares: shares.map((share) => ({ flag: share.flag, ...shareOf(share) })),
    rest: rest === null ? null : shareOf(rest),
    together: together === null ? null : shareOf(together),
    interactions: interactions
      .filter(({ effect }) => effect !== 'noise')
      .map(({ flags, orOf, ...share }) => ({
        flags: [...flags],
        orOf: orOf.length === 0 ? null : orOf.flat(),
        ...shareOf(share),
      })),
    capacity: null,
  };
}

function shareOf({ estimate: { value, interval }, effect }: Attributed): Share {
  return {
    shareMs: value,
    interval: known(interval),
    isCause: effect === 'cost',
    isSaving: effect === 'saving',
  };
}
