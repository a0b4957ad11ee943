/** The arms of an experiment: named sets of settings. */
import { allCombinations, combinationName, fractionOf, type Combination } from '../statistics/shapley.ts';
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

/** All combinations of up to four settings, half of those of four, or 16 of those of five to seven. */
export type Design = 'full' | 'half' | 'fraction';

/**
 * @param asked for how many settings there are
 * @throws ConfigError where no design tells what each costs
 */
export function designFor(asked: 'full' | 'half', settings: TargetSettings): Design {
  const { length: count } = featuresOf(settings);
  if (count < 2) {
    throw new ConfigError(
      'attribution',
      `there is one setting to attribute to: ${featuresOf(settings).join()}`,
      'expected two to seven; `npm run overhead` measures one',
    );
  }
  if (asked === 'half' && count !== 4) {
    throw new ConfigError('DESIGN', `'half' of ${count} settings`, 'expected full, or four settings');
  }
  return count > 4 ? 'fraction' : asked;
}

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
  const none = { name: combinationName([]), on: [] };
  const measured = combinationsOf(design, features.flags).filter(({ on }) => on.length > 0);
  const arms = [none, ...measured].map(({ on }) => ({
    name: armName(features, on),
    flags: flagsOn(settings, settings.main === null ? on : [settings.main, ...on]),
  }));
  return [{ name: BASELINE, flags: flagsOn(settings, []) }, ...arms.filter(({ name }) => name !== BASELINE)];
}

/** The combinations of settings that main effects rest on. */
export function combinationsOf(design: Design, flags: readonly string[]): Combination[] {
  return design === 'full' ? allCombinations(flags) : fractionOf(flags);
}

/** The name of the arm in which these settings are on. */
export function armName({ flags, alone, treatment }: Features, on: readonly string[]): string {
  if (on.length === 0) return alone;
  return on.length === flags.length ? treatment : combinationName(on);
}
