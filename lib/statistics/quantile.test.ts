import assert from 'node:assert/strict';
import { test } from 'node:test';
import golden from '../../test/golden/statistics/quantiles.json' with { type: 'json' };
import { at } from './element.ts';
import { quantile, quantileInPlace, quantileSorted, upperQuantiles } from './quantile.ts';
import { close } from '../../test/golden/statistics/close.ts';

test('quantiles equal those of numpy, sorted or not', () => {
  for (const { samples, p, values } of golden) {
    const sorted = samples.toSorted((a, b) => a - b);
    for (const [i, probability] of p.entries()) {
      close(quantileSorted(sorted, probability), at(values, i), 1e-12);
      close(quantile(samples, probability), at(values, i), 1e-12);
      close(upperQuantiles(samples, probability)(probability), at(values, i), 1e-12);
    }
  }
});

test('upper quantiles are those of all samples, from a probability on', () => {
  const samples = Array.from({ length: 1_003 }, (_, i) => (i * 7_919) % 1_009);
  const upper = upperQuantiles(samples, 0.9);
  for (const p of [0.9, 0.9001, 0.95, 0.999, 1]) close(upper(p), quantile(samples, p), 1e-12);
  assert.throws(() => upper(0.89), /known from 0.9 on/);
  assert.equal(upperQuantiles([5], 0.9)(1), 5);
});

test('quantile leaves the samples as they are', () => {
  const samples = [3, 1, 2, 5, 4];
  assert.equal(quantile(samples, 0.95), 4.8);
  assert.deepEqual(samples, [3, 1, 2, 5, 4]);
  assert.equal(quantileInPlace(samples, 0.5), 3);
});

test('no samples, a NaN among them, and p outside 0…1 are refused', () => {
  assert.throws(() => quantile([], 0.5), /no samples/);
  assert.throws(() => quantileSorted([], 0.5), /no samples/);
  assert.throws(() => quantile([1, NaN], 0.5), /NaN/);
  assert.throws(() => quantile([1], 1.0001), /0…1/);
  assert.throws(() => quantile([1], -0.0001), /0…1/);
  assert.throws(() => quantile([1], NaN), /0…1/);
});
