import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import golden from '../../test/golden/statistics/normal-tails.json' with { type: 'json' };
import { normalQuantile, normalTail } from './normal.ts';

test('normal tails equal those of scipy', () => {
  for (const { z, tail } of golden) close(normalTail(z), tail, 1e-12);
});

test('normal quantiles invert them', () => {
  for (const { z, tail } of golden) if (z > 0 && z < 7.5) close(normalQuantile(tail), z, 1e-12);
  assert.equal(normalQuantile(0.5), 0);
  close(normalQuantile(0.025), 1.959963984540054, 1e-14);
});

test('a tail outside 1e-15…0.5 is refused', () => {
  for (const tail of [0, 0.9e-15, 0.5001, -1, NaN]) assert.throws(() => normalQuantile(tail), /1e-15…0.5/);
});
