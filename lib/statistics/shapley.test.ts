import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import type { Contrast } from './contrast.ts';
import {
  allCombinations,
  halfFraction,
  interactionContrast,
  mainEffectContrast,
  shapleyContrast,
} from './shapley.ts';

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
    ...flags.map((flag) => mainEffectContrast(halfFraction(flags), flag)),
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
    sum((flag) => mainEffectContrast(halfFraction(flags), flag)),
    whole,
    1e-12,
  );
});

test('half fraction: 8 arms with an even number of flags; the fold-over has the others', () => {
  const half = halfFraction(flags);
  assert.equal(half.length, 8);
  assert.ok(half.some(({ name }) => name === 'none') && half.some(({ name }) => name === 'a+b+c+d'));
  const folded = halfFraction(flags, 'fold-over');
  assert.equal(new Set([...half, ...folded].map(({ name }) => name)).size, 16);
  for (const flag of flags) close(apply(mainEffectContrast(half, flag), additive), cost[flag] ?? NaN, 1e-12);
  assert.throws(() => halfFraction(['a', 'b', 'c']), /even number, at least 4/);
});

test('interactions: 0 where flags add up', () => {
  assert.ok(Math.abs(apply(interactionContrast(flags, 'a', 'b'), additive)) < 1e-12);
  close(apply(interactionContrast(flags, 'b', 'a'), interacting), 6, 1e-12);
  close(apply(interactionContrast(flags, 'b', 'c'), interacting), 1.5, 1e-12);
});

test('flags that are not there are refused', () => {
  assert.throws(() => shapleyContrast(flags, 'e'), /no flag "e": there are a, b, c, d/);
  assert.throws(() => interactionContrast(flags, 'a', 'a'), /with itself/);
  assert.throws(() => mainEffectContrast(halfFraction(flags), 'e'), /on in all arms or in none/);
});
