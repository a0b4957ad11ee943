import assert from 'node:assert/strict';
import { test } from 'node:test';
import golden from '../../test/golden/statistics/quantiles.json' with { type: 'json' };
import { at } from './element.ts';
import { quantile } from './quantile.ts';
import { quantileSorted } from './quantile-sorted.ts';
import { close } from '../../test/golden/statistics/close.ts';

test('quantiles equal those of numpy, sorted or not', () => {
  for (const { samples, p, values } of golden) {
    const sorted = samples.toSorted((a, b) => a - b);
    for (const [i, probability] of p.entries()) {
      close(quantileSorted(sorted, probability), at(values, i), 1e-12);
      close(quantile(samples, probability), at(values, i), 1e-12);
    }
  }
});

test('quantile leaves the samples as they are', () => {
  const samples = [3, 1, 2, 5, 4];
  assert.equal(quantile(samples, 0.95), 4.8);
  assert.deepEqual(samples, [3, 1, 2, 5, 4]);
});

test('no samples, a NaN among them, and p outside 0…1 are refused', () => {
  assert.throws(() => quantile([], 0.5), /no samples/);
  assert.throws(() => quantileSorted([], 0.5), /no samples/);
  assert.throws(() => quantile([1, NaN], 0.5), /NaN/);
  assert.throws(() => quantile([1], 1.0001), /0…1/);
  assert.throws(() => quantile([1], -0.0001), /0…1/);
  assert.throws(() => quantile([1], NaN), /0…1/);
});
