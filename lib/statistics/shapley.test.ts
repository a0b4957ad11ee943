import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import type { Contrast } from './contrast.ts';
import {
  allCombinations,
  fractionOf,
  interactionContrast,
  mainEffectContrast,
  shapleyContrast,
  type Combination,
} from './shapley.ts';
import { seeded } from './random.ts';

const flags = ['a', 'b', 'c', 'd'];
type Value = (on: readonly string[]) => number;

/** Applies a contrast to a made-up P95 of each combination. */
function apply(contrast: Contrast, value: Value): number {
  const known = new Map(allCombinations(flags).map(({ name, on }) => [name, value(on)]));
  return Object.entries(contrast).reduce((sum, [name, weight]) => sum + weight * (known.get(name) ?? NaN), 0);
}
const cost: Readonly<Record<string, number>> = { a: 1, b: 2, c: 4, d: 8 };
const additive: Value = (on) => on.reduce((sum, flag) => sum + (cost[flag] ?? 0), 100);
/** a and b together cost 6 more; b, c and d together 3. */
const interacting: Value = (on) =>
  additive(on) +
  (on.includes('a') && on.includes('b') ? 6 : 0) +
  (['b', 'c', 'd'].every((f) => on.includes(f)) ? 3 : 0);

test('16 combinations, none and all among them', () => {
  const names = allCombinations(flags).map(({ name }) => name);
  assert.equal(new Set(names).size, 16);
  assert.ok(names.includes('none') && names.includes('a+b+c+d') && names.includes('b+d'));
});

test('every contrast sums to 0', () => {
  const contrasts = [
    ...flags.map((flag) => shapleyContrast(flags, flag)),
    ...flags.map((flag) => mainEffectContrast(fractionOf(flags), flag)),
    interactionContrast(flags, 'a', 'c'),
  ];
  for (const contrast of contrasts) {
    assert.ok(Math.abs(Object.values(contrast).reduce((sum, weight) => sum + weight, 0)) < 1e-12);
  }
});

test('Shapley shares: costs that add up as they are, and common costs in equal parts', () => {
  for (const flag of flags) close(apply(shapleyContrast(flags, flag), additive), cost[flag] ?? NaN, 1e-12);
  close(apply(shapleyContrast(flags, 'a'), interacting), 1 + 3, 1e-12);
  close(apply(shapleyContrast(flags, 'b'), interacting), 2 + 3 + 1, 1e-12);
  close(apply(shapleyContrast(flags, 'c'), interacting), 4 + 1, 1e-12);
});

test('the shares of all flags add up to the whole', () => {
  const whole = interacting(flags) - interacting([]);
  const sum = (contrast: (flag: string) => Contrast) =>
    flags.reduce((total, flag) => total + apply(contrast(flag), interacting), 0);
  close(
    sum((flag) => shapleyContrast(flags, flag)),
    whole,
    1e-12,
  );
  close(
    sum((flag) => mainEffectContrast(fractionOf(flags), flag)),
    whole,
    1e-12,
  );
});

test('half of four flags: 8 arms with an even number on', () => {
  const half = fractionOf(flags);
  assert.equal(half.length, 8);
  assert.ok(half.every(({ on }) => on.length % 2 === 0));
  for (const flag of flags) close(apply(mainEffectContrast(half, flag), additive), cost[flag] ?? NaN, 1e-12);
  for (const wrong of [['a', 'b', 'c'], 'a,b,c,d,e,f,g,h'.split(',')])
    assert.throws(() => fractionOf(wrong), /it needs 4 to 7/);
});

/** A cost for each flag and for each pair, drawn at random. */
function drawnCosts(names: readonly string[], seed: string): (on: readonly string[]) => number {
  const random = seeded(seed);
  const pairs = names.flatMap((a, i) => [[a], ...names.slice(i + 1).map((b) => [a, b])]);
  const costs = pairs.map((of) => ({ of, ms: random.normal() * 20 }));
  return (on) => costs.reduce((sum, { of, ms }) => sum + (of.every((flag) => on.includes(flag)) ? ms : 0), 0);
}

/** By how much a main effect among some combinations is another than among all, at most. */
function mixedUp(combinations: readonly Combination[], names: readonly string[]): number {
  const of = drawnCosts(names, names.join());
  const effect = (among: readonly Combination[], flag: string) => {
    const contrast = mainEffectContrast(among, flag);
    return among.reduce((sum, { name, on }) => sum + (contrast[name] ?? 0) * of(on), 0);
  };
  const all = allCombinations(names);
  return Math.max(...names.map((flag) => Math.abs(effect(combinations, flag) - effect(all, flag))));
}

for (const count of [4, 5, 6, 7]) {
  test(`${count} flags: 16 arms or 8, whose main effects are free of interactions of two flags`, () => {
    const names = 'a,b,c,d,e,f,g'.split(',').slice(0, count);
    const fraction = fractionOf(names);
    assert.equal(fraction.length, count === 4 ? 8 : 16);
    assert.ok(fraction.some(({ on }) => on.length === count));
    for (const flag of names) {
      const having = fraction.filter(({ on }) => on.includes(flag)).length;
      assert.equal(having, fraction.length / 2, 'each flag is on in half of them');
    }
    assert.ok(mixedUp(fraction, names) < 1e-9);
    // E = AB in place of E = ABC: resolution III, and the check sees it.
    const last = names[count - 1] ?? '';
    const worse = allCombinations(names).filter(
      ({ on }) => on.includes(last) === (on.includes('a') === on.includes('b')),
    );
    assert.ok(mixedUp(worse, names) > 1);
  });
}

/** The lengths of the words of a defining relation: the sets of flags whose product is the same in all arms. */
function wordLengths(combinations: readonly Combination[], names: readonly string[]): number[] {
  const product = (word: readonly string[], on: readonly string[]) =>
    word.reduce((sign, flag) => (on.includes(flag) ? sign : -sign), 1);
  return allCombinations(names)
    .filter(({ on: word }) => new Set(combinations.map(({ on }) => product(word, on))).size === 1)
    .map(({ on: word }) => word.length)
    .filter((length) => length > 0)
    .sort();
}

for (const [count, words] of [
  [4, [4]],
  [5, [5]],
  [6, [4, 4, 4]],
  [7, [4, 4, 4, 4, 4, 4, 4]],
] as const)
  test(`resolution and aberration of the fraction of ${count} flags, from its arms`, () => {
    const names = 'a,b,c,d,e,f,g'.split(',').slice(0, count);
    assert.deepEqual(wordLengths(fractionOf(names), names), words);
  });

test('interactions: 0 where flags add up', () => {
  assert.ok(Math.abs(apply(interactionContrast(flags, 'a', 'b'), additive)) < 1e-12);
  close(apply(interactionContrast(flags, 'b', 'a'), interacting), 6, 1e-12);
  close(apply(interactionContrast(flags, 'b', 'c'), interacting), 1.5, 1e-12);
});

test('flags that are not there are refused', () => {
  assert.throws(() => shapleyContrast(flags, 'e'), /no flag "e": there are a, b, c, d/);
  assert.throws(() => interactionContrast(flags, 'a', 'a'), /with itself/);
  assert.throws(() => mainEffectContrast(fractionOf(flags), 'e'), /on in all arms or in none/);
});
