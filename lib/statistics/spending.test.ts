import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import golden from '../../test/golden/statistics/stopping-bounds.json' with { type: 'json' };
import { planLooks, spent, stoppingBounds } from './spending.ts';

test('bounds equal those of an independent integration', () => {
  for (const { planned, first, alpha, bounds } of golden) {
    const made = stoppingBounds(planned, first, alpha);
    assert.deepEqual(
      made.map(({ blocks }) => blocks),
      bounds.map(({ blocks }) => blocks),
    );
    for (const [i, { z }] of bounds.entries()) close(made[i]?.z ?? NaN, z, 2e-5);
  }
});

test('bounds equal the published ones: five even looks, one-sided 0.025', () => {
  const published = [4.8769, 3.3569, 2.6803, 2.2898, 2.031];
  for (const [i, { z }] of stoppingBounds(5, 1, 0.025).entries()) close(z, published[i] ?? NaN, 1e-4);
});

test('all of alpha is spent at the end, next to nothing at the beginning', () => {
  close(spent(1, 0.05), 0.05, 1e-12);
  close(spent(0.25, 0.05), 2 * 4.427e-5, 1e-3);
  assert.equal(spent(0.0001, 0.05), 0);
});

test('a plan with early stop looks after every block from the first on, and asks for less each time', () => {
  const looks = planLooks(20, 5, true);
  assert.equal(looks.length, 16);
  assert.deepEqual([looks[0]?.blocks, looks[15]?.blocks], [5, 20]);
  for (const [i, look] of looks.entries()) {
    assert.ok(look.errorTail < look.tail);
    if (i > 0) assert.ok(look.tail > (looks[i - 1]?.tail ?? 1));
  }
  assert.ok((looks[15]?.tail ?? 1) < 0.05);
});

test('a plan without early stop looks once', () => {
  assert.deepEqual(planLooks(20, 5, false), [
    { blocks: 20, tail: 0.05, crossedTail: 0.05, intervalTail: 0.025, errorTail: 0.01 },
  ]);
});

test('a look too early to decide anything has a tail of 0', () => {
  const looks = planLooks(150, 5, true);
  assert.deepEqual(looks[0], { blocks: 5, tail: 0, crossedTail: 0, intervalTail: 0, errorTail: 0 });
  assert.ok((looks[145]?.tail ?? 0) > 0.02);
});

test('looks that make no sense are refused', () => {
  assert.throws(() => stoppingBounds(4, 5, 0.05), /block 5 of 4/);
  assert.throws(() => stoppingBounds(4, 0, 0.05), /1 ≤ first/);
  assert.throws(() => stoppingBounds(4.5, 1, 0.05), /whole numbers/);
});
