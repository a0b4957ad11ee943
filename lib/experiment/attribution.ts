/** Which flag costs what: an overhead of several flags in shares that add up to it. */
import { boundsOf, estimate, overheadContrast, type Estimate } from './estimate.ts';
import type { Contrast } from '../statistics/contrast.ts';
import type { ArmMeasurement } from './measurement.ts';
import { armName, combinationsOf, type Design, type Features } from '../config/arms.ts';
import {
  allCombinations,
  interactionContrast,
  mainEffectContrast,
  shapleyContrast,
  type Combination,
} from '../statistics/shapley.ts';
import { LEAST_BLOCKS } from '../config/experiment-plan.ts';

/** What a contrast proves: `noise` where chance explains it. */
export type Effect = 'cost' | 'saving' | 'noise';

export interface Attributed {
  readonly estimate: Estimate;
  readonly effect: Effect;
}

export interface FlagShare extends Attributed {
  readonly flag: string;
}

export interface Interaction extends Attributed {
  readonly flags: readonly [string, string];
  /** In half of the combinations it cannot be told from that of the two other flags; null in all of them. */
  readonly orOf: readonly [string, string] | null;
}

export interface Attribution {
  /** Largest first. Together with `rest` they are the overhead, exactly. */
  readonly shares: readonly FlagShare[];
  /** What the main setting costs alone, against everything off; `null` where there is none. */
  readonly rest: Attributed | null;
  /** Largest in size first; of all, also those that are noise. */
  readonly interactions: readonly Interaction[];
}

/** Chance that anything of a family without effect is called one. */
const FAMILY_ALPHA = 0.05;

/**
 * Shares of the overhead. In all combinations a flag's share is its Shapley value, in half of them its main effect,
 * which is the same where no three flags interact; both add up to the overhead of the flags.
 * @param leastBlocks after which an effect may be called one: where stalls come seldom, fewer blame the wrong flag
 * @throws RangeError if an arm of the design is missing
 */
export function attribute(
  design: Design,
  features: Features,
  arms: readonly ArmMeasurement[],
  leastBlocks: number = LEAST_BLOCKS.toggle,
): Attribution {
  const { flags, baseline, alone } = features;
  const combinations = combinationsOf(design, flags);
  const estimates = [
    ...flags.map((flag) => named(features, shareContrast(design, combinations, flags, flag))),
    ...(alone === baseline ? [] : [overheadContrast(baseline, alone)]),
  ].map((contrast) => estimate(arms, contrast));
  const shares = effectsOf(estimates, leastBlocks);
  const rest = shares[flags.length] ?? null;
  const pairs = pairsOf(design, flags);
  const interactions = effectsOf(
    pairs.map(({ contrast }) => estimate(arms, named(features, contrast))),
    leastBlocks,
  ).flatMap((attributed, i): Interaction[] => {
    const pair = pairs[i];
    return pair === undefined ? [] : [{ ...attributed, flags: pair.flags, orOf: pair.orOf }];
  });
  return {
    shares: shares
      .flatMap((attributed, i) => (flags[i] === undefined ? [] : [{ ...attributed, flag: flags[i] }]))
      .sort((a, b) => b.estimate.value - a.estimate.value),
    rest,
    interactions: interactions.sort((a, b) => Math.abs(b.estimate.value) - Math.abs(a.estimate.value)),
  };
}

/**
 * Which estimates chance does not explain, by Holm's procedure (1979): the interval of the strongest must exclude 0 at
 * 1/k of the family's level, then the others' at 1/(k − 1), until none does. So the chance that anything without effect
 * is called one is 5 % for all together, not for each. With fewer than `leastBlocks` nothing is.
 */
export function effectsOf(
  estimates: readonly Estimate[],
  leastBlocks: number = LEAST_BLOCKS.toggle,
): Attributed[] {
  const found = new Map<Estimate, Effect>();
  for (;;) {
    const open = estimates.filter((one) => !found.has(one) && one.measured >= leastBlocks);
    const excluded = open.flatMap((one) => {
      const bounds = boundsOf(one, FAMILY_ALPHA / 2 / open.length);
      if (bounds === null || (bounds.lower <= 0 && bounds.upper >= 0)) return [];
      return [[one, bounds.lower > 0 ? 'cost' : 'saving'] as const];
    });
    if (excluded.length === 0) break;
    for (const [one, effect] of excluded) found.set(one, effect);
  }
  return estimates.map((one) => ({ estimate: one, effect: found.get(one) ?? 'noise' }));
}

function shareContrast(
  design: Design,
  combinations: readonly Combination[],
  flags: readonly string[],
  flag: string,
): Contrast {
  return design === 'full' ? shapleyContrast(flags, flag) : mainEffectContrast(combinations, flag);
}

interface Pair extends Pick<Interaction, 'flags' | 'orOf'> {
  readonly contrast: Contrast;
}

/** All pairs of flags; in half of the combinations each stands for two pairs at once. */
function pairsOf(design: Design, flags: readonly string[]): Pair[] {
  const all = flags.flatMap((first, i) => flags.slice(i + 1).map((second) => [first, second] as const));
  if (design === 'full') {
    return all.map((pair) => ({ flags: pair, orOf: null, contrast: interactionContrast(flags, ...pair) }));
  }
  const combinations = combinationsOf(design, flags);
  return all
    .filter((pair) => pair.includes(flags[0] ?? ''))
    .map((pair) => ({
      flags: pair,
      orOf: othersOf(flags, pair),
      contrast: halfContrast(combinations, pair),
    }));
}

function othersOf(flags: readonly string[], pair: readonly string[]): readonly [string, string] | null {
  const [first, second] = flags.filter((flag) => !pair.includes(flag));
  return first === undefined || second === undefined ? null : [first, second];
}

/**
 * Twice the mean of the arms in which both flags are on or both off, minus twice that of the others. In all combinations
 * that is the interaction of two flags; among those with an even number of four flags on it is the sum of this one and of
 * that of the other two.
 */
function halfContrast(
  combinations: readonly Combination[],
  [first, second]: readonly [string, string],
): Contrast {
  const weight = 4 / combinations.length;
  return Object.fromEntries(
    combinations.map(({ name, on }) => [name, on.includes(first) === on.includes(second) ? weight : -weight]),
  );
}

/** A contrast of combinations as one of arms. */
function named(features: Features, contrast: Contrast): Contrast {
  const { flags } = features;
  const names = new Map(allCombinations(flags).map(({ name, on }) => [name, armName(features, on)]));
  return Object.fromEntries(
    Object.entries(contrast).map(([name, weight]) => [names.get(name) ?? name, weight]),
  );
}
