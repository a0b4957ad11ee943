import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import golden from '../../test/golden/statistics/merged.json' with { type: 'json' };
import { at } from './element.ts';
import {
  evaluate,
  merge,
  quantileFunctionError,
  quantileFunctionOf,
  type QuantileFunction,
} from './quantile-function.ts';
import { quantile } from './quantile.ts';
import { seeded } from './random.ts';

const random = seeded('quantile functions');
const lognormal = (count: number, mu: number) =>
  Array.from({ length: count }, () => Math.exp(mu + 0.47 * random.normal())).sort((a, b) => a - b);

/** A quantile function from its values at evenly spaced probabilities. */
function evenQuantileFunction(values: readonly number[], count: number): QuantileFunction {
  return { count, p: values.map((_, i) => i / (values.length - 1)), values };
}

test('a quantile function gives the samples’ quantiles back at its own probabilities', () => {
  const samples = lognormal(5000, 4.5);
  const distribution = quantileFunctionOf(samples);
  assert.equal(distribution.count, 5000);
  for (const p of [0, 0.001, 0.5, 0.95, 1]) close(evaluate(distribution, p), quantile(samples, p), 1e-12);
  close(evaluate(distribution, 0.9505), (quantile(samples, 0.95) + quantile(samples, 0.951)) / 2, 1e-12);
  assert.throws(() => evaluate(distribution, 1.01), /0…1/);
});

test('merging equals the mixture that numpy and scipy invert', () => {
  for (const { parts, p, values } of golden) {
    const merged = merge(parts);
    for (const [i, probability] of p.entries()) close(evaluate(merged, probability), at(values, i), 1e-9);
  }
});

test('merging runs is pooling their samples, within the grid', () => {
  const [fast, slow] = [lognormal(8000, 4.3), lognormal(2000, 5)];
  const merged = merge([quantileFunctionOf(fast), quantileFunctionOf(slow)]);
  const pooled = [...fast, ...slow];
  assert.equal(merged.count, 10_000);
  for (const p of [0.05, 0.5, 0.9, 0.95, 0.99]) close(evaluate(merged, p), quantile(pooled, p), 0.005);
  close(evaluate(merged, 0), quantile(pooled, 0), 1e-12);
  close(evaluate(merged, 1), quantile(pooled, 1), 1e-12);
});

test('merging a run with itself changes nothing but the count, also where values repeat or jump', () => {
  for (const values of [
    [1, 2, 3, 5, 8],
    [0, 0, 0, 4, 4],
    [7, 7, 7, 7, 7],
  ]) {
    const run = evenQuantileFunction(values, 100);
    const merged = merge([run, run]);
    assert.equal(merged.count, 200);
    for (const [i, value] of values.entries()) assert.ok(Math.abs(at(merged.values, i) - value) < 1e-9);
  }
});

test('a part weighs as many samples as it has', () => {
  const uniformFrom = (start: number, count: number) =>
    evenQuantileFunction(
      Array.from({ length: 101 }, (_, i) => start + i / 100),
      count,
    );
  const mixture = merge([uniformFrom(0, 300), uniformFrom(10, 100)]);
  close(evaluate(mixture, 0.6), 0.8, 1e-9);
  close(evaluate(mixture, 0.8), 10.2, 1e-9);
});

test('a broken quantile function is named', () => {
  const good = evenQuantileFunction([1, 2, 3], 10);
  assert.equal(quantileFunctionError(good), undefined);
  assert.match(quantileFunctionError({ ...good, count: 0 }) ?? '', /count is 0/);
  assert.match(quantileFunctionError({ ...good, values: [1, 2] }) ?? '', /3 probabilities for 2 values/);
  assert.match(quantileFunctionError({ ...good, values: [1, 3, 2] }) ?? '', /descend/);
  assert.match(quantileFunctionError({ ...good, values: [1, NaN, 2] }) ?? '', /not numbers/);
  assert.match(quantileFunctionError({ ...good, p: [0, 0.5, 0.9] }) ?? '', /from 0 to 1/);
  assert.match(quantileFunctionError({ ...good, p: [0, 0, 1] }) ?? '', /do not ascend/);
  assert.throws(() => merge([]), /at least one/);
  assert.throws(() => merge([good, { ...good, count: -1 }]), /count is -1/);
});
