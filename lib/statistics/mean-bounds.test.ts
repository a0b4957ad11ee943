import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanBounds } from './mean-bounds.ts';

test('mean ± t·s/√n', () => {
  // Mean 5, s² = 66/4, and 2.776445 is exceeded by Student's t of 4 degrees in 2.5 of 100 cases.
  const { lower = 0, upper = 0 } = meanBounds([1, 2, 4, 7, 11], 0.025) ?? {};
  assert.ok(Math.abs(lower - -0.043663) < 1e-6, String(lower));
  assert.ok(Math.abs(upper - 10.043663) < 1e-6, String(upper));
});

test('none of fewer than two values, or where it is too early', () => {
  assert.equal(meanBounds([1], 0.025), null);
  assert.equal(meanBounds([1, 2], 0), null);
  assert.deepEqual(meanBounds([3, 3, 3], 0.05), { lower: 3, upper: 3 });
});
