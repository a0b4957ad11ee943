import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import golden from '../../test/golden/statistics/binomial.json' with { type: 'json' };
import { binomialTail } from './binomial.ts';

test('binomial tails equal those of scipy', () => {
  for (const { count, trials, probability, tail } of golden)
    close(binomialTail(count, trials, probability), tail, 1e-10);
});

test('certain and impossible events', () => {
  assert.equal(binomialTail(10, 10, 1), 1);
  assert.equal(binomialTail(1, 10, 0), 0);
  assert.equal(binomialTail(11, 10, 0.5), 0);
});
