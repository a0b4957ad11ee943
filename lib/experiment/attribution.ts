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

interface FlagShare extends Attributed {
  readonly flag: string;
}

interface Interaction extends Attributed {
  readonly flags: readonly [string, string];
  /** In a fraction of the combinations it cannot be told from those of these pairs. */
  readonly orOf: readonly (readonly [string, string])[];
}

export interface Attribution {
  /** Largest first. Together with `rest` and `together` they are the overhead, exactly. */
  readonly shares: readonly FlagShare[];
  /** What the main setting costs alone, against everything off; `null` where there is none. */
  readonly rest: Attributed | null;
  /** What three or more flags cost only together, which is no single one's share; `null` where each gets its part of it. */
  readonly together: Attributed | null;
  /** Largest in size first; of all, also those that are noise. */
  readonly interactions: readonly Interaction[];
}

/** Chance that anything of a family without effect is called one. */
const FAMILY_ALPHA = 0.05;

/**
 * Shares of the overhead. In all combinations a flag's share is its Shapley value, in a fraction of them its main effect,
 * which is the same where no three flags interact.
 * @param leastBlocks after which an effect may be called one: where stalls come seldom, fewer blame the wrong flag
 * @throws RangeError if an arm of the design is missing
 */
export function attribute(
  design: Design,
  features: Features,
  arms: readonly ArmMeasurement[],
  leastBlocks: number = LEAST_BLOCKS.toggle,
): Attribution {
  const { flags, baseline, alone, treatment } = features;
  const combinations = combinationsOf(design, flags);
  const shareOf = (flag: string) =>
    design === 'full' ? shapleyContrast(flags, flag) : mainEffectContrast(combinations, flag);
  const ofFlags = flags.map((flag) => named(features, shareOf(flag)));
  const ofRest = alone === baseline ? [] : [overheadContrast(baseline, alone)];
  const ofTogether = design === 'fraction' ? [less(overheadContrast(alone, treatment), ofFlags)] : [];
  const effects = effectsOf(
    [...ofFlags, ...ofRest, ...ofTogether].map((contrast) => estimate(arms, contrast)),
    leastBlocks,
  );
  const shares = effects.slice(0, flags.length);
  const [rest = null] = effects.slice(flags.length, flags.length + ofRest.length);
  const [together = null] = effects.slice(flags.length + ofRest.length);
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
    together,
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

interface Pair extends Pick<Interaction, 'flags' | 'orOf'> {
  readonly contrast: Contrast;
}

/** A contrast without what others of it say already. */
function less(whole: Contrast, parts: readonly Contrast[]): Contrast {
  const weights = { ...whole };
  for (const [name, weight] of parts.flatMap((part) => Object.entries(part)))
    weights[name] = (weights[name] ?? 0) - weight;
  return weights;
}

/** All pairs of flags; in a fraction of the combinations one may stand for two or three pairs at once. */
function pairsOf(design: Design, flags: readonly string[]): Pair[] {
  const all = flags.flatMap((first, i) => flags.slice(i + 1).map((second) => [first, second] as const));
  if (design === 'full') {
    return all.map((pair) => ({ flags: pair, orOf: [], contrast: interactionContrast(flags, ...pair) }));
  }
  const combinations = combinationsOf(design, flags);
  const alike = new Map<string, Pair>();
  for (const pair of all) {
    const contrast = fractionContrast(combinations, pair);
    const key = Object.values(contrast).join();
    const { flags: first = pair, orOf = [] } = alike.get(key) ?? {};
    alike.set(key, { flags: first, contrast, orOf: first === pair ? [] : [...orOf, pair] });
  }
  return [...alike.values()];
}

/**
 * Twice the mean of the arms in which both flags are on or both off, minus twice that of the others. In all combinations
 * that is the interaction of two flags; in a fraction the sum of this one and of those that it cannot be told from.
 */
function fractionContrast(
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
