/** The arms of an experiment: named sets of settings. */
import { allCombinations, combinationName, halfFraction, type Combination } from '../statistics/shapley.ts';
import type { FlagValues } from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import { featuresOf, flagsOfArm, flagsOn, type TargetSettings } from './settings.ts';

/** A named set of settings. */
export interface Arm {
  readonly name: string;
  readonly flags: FlagValues;
}

/** The names of the two arms in metrics and reports. */
export const BASELINE = 'baseline';
export const TREATMENT = 'treatment';

/**
 * The two arms of a comparison, by what they are called: see `flagsOfArm`.
 * @throws ConfigError where there is no such arm, or two names mean one: an A/A run has one name twice
 */
export function twoArms(
  settings: TargetSettings,
  asked: { baseline: string; treatment: string },
): [baseline: Arm, treatment: Arm] {
  const baseline = { name: BASELINE, flags: flagsOfArm(settings, asked.baseline, 'BASELINE') };
  const treatment = { name: TREATMENT, flags: flagsOfArm(settings, asked.treatment, 'TREATMENT') };
  if (asked.baseline !== asked.treatment && haveSameFlags([baseline, treatment])) {
    throw new ConfigError(
      'TREATMENT',
      `'${asked.treatment}' has the same settings as '${asked.baseline}'`,
      'expected arms that differ, or one name for both: an A/A run',
    );
  }
  return [baseline, treatment];
}

/** Whether arms differ in nothing. */
export function haveSameFlags(arms: readonly Pick<Arm, 'flags'>[]): boolean {
  return new Set(arms.map(({ flags }) => JSON.stringify(Object.entries(flags).sort()))).size === 1;
}

/** All combinations of the settings, or half of them. */
export type Design = 'full' | 'half';

/** The settings whose shares are asked for, and the names of the arms that are not named by their settings. */
export interface Features {
  readonly flags: readonly string[];
  /** Everything off: the baseline of the overhead. */
  readonly baseline: string;
  /** Only the main setting on; the baseline where there is none. */
  readonly alone: string;
  /** Every setting on. */
  readonly treatment: string;
}

/** The names of an attribution's settings and arms. */
export function attributionFeatures(settings: TargetSettings): Features {
  return {
    flags: featuresOf(settings),
    baseline: BASELINE,
    alone: settings.main ?? BASELINE,
    treatment: TREATMENT,
  };
}

/** The arms of an attribution: everything off, and the main setting on with each combination of the others. */
export function attributionArms(design: Design, settings: TargetSettings): Arm[] {
  const features = attributionFeatures(settings);
  const arms = combinationsOf(design, features.flags).map(({ on }) => ({
    name: armName(features, on),
    flags: flagsOn(settings, settings.main === null ? on : [settings.main, ...on]),
  }));
  return [{ name: BASELINE, flags: flagsOn(settings, []) }, ...arms.filter(({ name }) => name !== BASELINE)];
}

/** The combinations of settings that a design measures. */
export function combinationsOf(design: Design, flags: readonly string[]): Combination[] {
  return design === 'full' ? allCombinations(flags) : halfFraction(flags);
}

/** The name of the arm in which these settings are on. */
export function armName({ flags, alone, treatment }: Features, on: readonly string[]): string {
  if (on.length === 0) return alone;
  return on.length === flags.length ? treatment : combinationName(on);
}
