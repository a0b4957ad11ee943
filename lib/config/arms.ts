/** The arms of an experiment: named sets of flags. */
import { allCombinations, combinationName, halfFraction, type Combination } from '../statistics/shapley.ts';
import type { Flags } from '../../thresholds/types.ts';
import { FLAGS } from './flags.ts';

/** A named set of feature flags. */
export interface Arm {
  readonly name: string;
  readonly flags: Readonly<Record<string, boolean>>;
}

/** The names of the two arms in metrics and reports. */
export const BASELINE = 'baseline';
export const TREATMENT = 'treatment';

/** The two arms of a comparison, by what the settings call them: `none`, `all`, or flags joined by `+`. */
export function twoArms(baseline: string, treatment: string): [baseline: Arm, treatment: Arm] {
  return [
    { name: BASELINE, flags: flagsOf(baseline) },
    { name: TREATMENT, flags: flagsOf(treatment) },
  ];
}

/** `none` is observability off; every other arm has it on, and each feature as named. */
function flagsOf(arm: string): Flags {
  if (arm === 'none') return flagsOn([]);
  return flagsOn(arm === 'all' ? FLAGS : ['ENABLE_OBSERVABILITY', ...arm.split('+')]);
}

/** All flags, of which some are on. */
export function flagsOn(on: readonly string[]): Flags {
  return Object.fromEntries(FLAGS.map((flag) => [flag, on.includes(flag)])) as Record<
    (typeof FLAGS)[number],
    boolean
  >;
}

/** All combinations of the flags, or half of them. */
export type Design = 'full' | 'half';

/** The flags whose shares are asked for, and the names of the arms that are not named by their flags. */
export interface Features {
  readonly flags: readonly string[];
  /** Everything off: the baseline of the overhead. */
  readonly baseline: string;
  /** On, with no flag. */
  readonly alone: string;
  /** Every flag on. */
  readonly treatment: string;
}

/** The flags whose shares are asked for: all but the one for all of observability. */
export const FEATURES: Features = {
  flags: FLAGS.slice(1),
  baseline: BASELINE,
  alone: 'ENABLE_OBSERVABILITY',
  treatment: TREATMENT,
};

/** The arms of an attribution: everything off, and observability with each combination of the flags. */
export function attributionArms(design: Design): Arm[] {
  return [
    { name: FEATURES.baseline, flags: flagsOn([]) },
    ...combinationsOf(design, FEATURES.flags).map(({ on }) => ({
      name: armName(FEATURES, on),
      flags: flagsOn([FEATURES.alone, ...on]),
    })),
  ];
}

/** The combinations of flags that a design measures. */
export function combinationsOf(design: Design, flags: readonly string[]): Combination[] {
  return design === 'full' ? allCombinations(flags) : halfFraction(flags);
}

/** The name of the arm in which these flags are on. */
export function armName({ flags, alone, treatment }: Features, on: readonly string[]): string {
  if (on.length === 0) return alone;
  return on.length === flags.length ? treatment : combinationName(on);
}
