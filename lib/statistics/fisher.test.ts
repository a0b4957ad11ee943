import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import golden from '../../test/golden/statistics/fisher.json' with { type: 'json' };
import { hasMoreErrors, moreErrorsP } from './fisher.ts';

test('p values equal those of scipy.stats.fisher_exact', () => {
  for (const { suspect, reference, p } of golden) close(moreErrorsP(suspect, reference), p, 1e-9);
});

test('extreme counts stay between 0 and 1', () => {
  const all = { errors: 100_000, requests: 100_000 };
  const none = { errors: 0, requests: 100_000 };
  assert.equal(moreErrorsP(all, none), 0);
  assert.equal(moreErrorsP(none, all), 1);
  assert.equal(moreErrorsP(none, none), 1);
});

test('more errors need half a point, and a p below the limit', () => {
  const of = (errors: number, requests: number) => ({ errors, requests });
  // 0.5 points exactly, p = 3e-6; then one error fewer.
  assert.equal(hasMoreErrors(of(60, 10_000), of(10, 10_000), 0.01), true);
  assert.equal(hasMoreErrors(of(59, 10_000), of(10, 10_000), 0.01), false);
  // 1 and 0.9 points: p = 0.0098 and 0.018.
  assert.equal(hasMoreErrors(of(12, 1000), of(2, 1000), 0.01), true);
  assert.equal(hasMoreErrors(of(11, 1000), of(2, 1000), 0.01), false);
  assert.equal(hasMoreErrors(of(12, 1000), of(2, 1000), 0), false);
  assert.equal(hasMoreErrors(of(0, 0), of(2, 1000), 0.01), false);
});

test('counts that make no sense are refused', () => {
  assert.throws(
    () => moreErrorsP({ errors: 2, requests: 1 }, { errors: 0, requests: 1 }),
    /2 errors of 1 requests/,
  );
  assert.throws(() => moreErrorsP({ errors: 0.5, requests: 1 }, { errors: 0, requests: 1 }), /whole numbers/);
  assert.throws(() => moreErrorsP({ errors: 0, requests: 1 }, { errors: -1, requests: 1 }), /whole numbers/);
});
