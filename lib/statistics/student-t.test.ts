import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import golden from '../../test/golden/statistics/t-quantiles.json' with { type: 'json' };
import { studentQuantile, studentTail } from './student-t.ts';

test('t quantiles equal those of scipy', () => {
  for (const { tail, degrees, t } of golden) {
    if (tail === 0.5) assert.equal(studentQuantile(tail, degrees), 0);
    else close(studentQuantile(tail, degrees), t, 1e-9);
  }
});

test('t tails equal those of scipy', () => {
  for (const { tail, degrees, t } of golden) if (tail < 0.5) close(studentTail(t, degrees), tail, 1e-9);
});

test('degrees of freedom that are no whole number from 1 are refused', () => {
  for (const degrees of [0, -1, 2.5, NaN])
    assert.throws(() => studentQuantile(0.05, degrees), /degrees of freedom/);
  assert.throws(() => studentQuantile(0, 4), /tail probability/);
});
