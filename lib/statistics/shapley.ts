import type { Contrast } from './contrast.ts';

/** One combination of flags: those that are on. */
export interface Combination {
  readonly name: string;
  readonly on: readonly string[];
}

/** The name of an arm by the flags that are on in it: "none", "a", "a+b". */
export function combinationName(on: readonly string[]): string {
  return on.length === 0 ? 'none' : on.join('+');
}

/** All 2^k combinations of flags, from none to all; each lists its flags in the order given. */
export function allCombinations(flags: readonly string[]): Combination[] {
  return Array.from({ length: 2 ** flags.length }, (_, bits) => {
    const on = flags.filter((_, i) => (bits & (1 << i)) !== 0);
    return { name: combinationName(on), on };
  });
}

/**
 * By the number of flags: which others each of the last ones follows. It is on where an even number of these is off, which
 * is their product where on is 1 and off −1. Of four flags that leaves 8 combinations (D = ABC, resolution IV), of five 16
 * (E = ABCD, V), of six 16 (E = ABC, F = BCD, IV), of seven 16 (E = ABC, F = BCD, G = ACD, IV): the designs of least
 * aberration of NIST/SEMATECH, e-Handbook of Statistical Methods, 5.3.3.4.7, and Box, Hunter & Hunter (2005), table 6.22;
 * the R package qualityTools (`fracDesign`) takes the same. The test finds resolution and word lengths from the arms.
 */
const GENERATORS: Readonly<Record<number, readonly (readonly [flag: number, of: readonly number[]])[]>> = {
  4: [[3, [0, 1, 2]]],
  5: [[4, [0, 1, 2, 3]]],
  6: [
    [4, [0, 1, 2]],
    [5, [1, 2, 3]],
  ],
  7: [
    [4, [0, 1, 2]],
    [5, [1, 2, 3]],
    [6, [0, 2, 3]],
  ],
};

/**
 * A fraction of the combinations in which no main effect is mixed up with an interaction of two flags (resolution IV or
 * more). All on is among them; none is, but for five flags.
 * @throws RangeError unless there are four to seven flags
 */
export function fractionOf(flags: readonly string[]): Combination[] {
  const generators = GENERATORS[flags.length];
  if (generators === undefined) throw new RangeError(`a fraction of ${flags.length} flags: it needs 4 to 7`);
  return allCombinations(flags).filter(({ on }) => {
    const isOn = (flag: number) => on.includes(flags[flag] ?? '');
    return generators.every(([flag, of]) => isOn(flag) === (of.filter((one) => !isOn(one)).length % 2 === 0));
  });
}

/**
 * The share of a flag in P95(all on) − P95(none), as a contrast of the 2^k arms: its Shapley value (1953), the mean
 * over all orders of switching on of what it adds. It adds v(S ∪ {flag}) − v(S) with weight |S|!·(k − |S| − 1)!/k!
 * to each set S of others. The shares of all flags add up to the whole.
 * @throws RangeError if the flag is not one of the flags
 */
export function shapleyContrast(flags: readonly string[], flag: string): Contrast {
  checkFlag(flags, flag);
  const others = flags.filter((other) => other !== flag);
  const weights: Record<string, number> = {};
  for (const { on } of allCombinations(others)) {
    const weight = (factorial(on.length) * factorial(others.length - on.length)) / factorial(flags.length);
    weights[combinationName(on)] = -weight;
    weights[combinationName(inOrder(flags, [...on, flag]))] = weight;
  }
  return weights;
}

/**
 * The main effect of a flag in a fraction: the mean of the arms with it minus the mean of those without. Over half of four
 * flags these too add up to P95(all on) − P95(none): arms with half of the flags on cancel.
 */
export function mainEffectContrast(combinations: readonly Combination[], flag: string): Contrast {
  const having = combinations.filter(({ on }) => on.includes(flag));
  const without = combinations.filter(({ on }) => !on.includes(flag));
  if (having.length === 0 || without.length === 0)
    throw new RangeError(`flag "${flag}" is on in all arms or in none`);
  return Object.fromEntries([
    ...having.map(({ name }) => [name, 1 / having.length] as const),
    ...without.map(({ name }) => [name, -1 / without.length] as const),
  ]);
}

/**
 * The interaction of two flags: by how much more both add than each alone, v(ab) − v(a) − v(b) + v(neither), as the
 * mean over all sets of the other flags. 0 where the flags add up.
 * @throws RangeError if they are not two of the flags
 */
export function interactionContrast(flags: readonly string[], first: string, second: string): Contrast {
  checkFlag(flags, first);
  checkFlag(flags, second);
  if (first === second)
    throw new RangeError(`the interaction of flag "${first}" with itself: name two flags`);
  const contexts = allCombinations(flags.filter((flag) => flag !== first && flag !== second));
  const weight = 1 / contexts.length;
  const name = (on: readonly string[]) => combinationName(inOrder(flags, on));
  return Object.fromEntries(
    contexts.flatMap(({ on }) => [
      [name([...on, first, second]), weight],
      [name([...on, first]), -weight],
      [name([...on, second]), -weight],
      [name(on), weight],
    ]),
  );
}

function inOrder(flags: readonly string[], on: readonly string[]): string[] {
  return flags.filter((flag) => on.includes(flag));
}

function checkFlag(flags: readonly string[], flag: string): void {
  if (!flags.includes(flag)) throw new RangeError(`no flag "${flag}": there are ${flags.join(', ')}`);
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
