import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_LEVELS } from '../statistics/blocked-sample.ts';
import { DENSE_TREND_STATS, QUANTILE_LEVELS, quantileFunction } from './quantiles.ts';
import { trend } from '../../test/support/summaries.ts';

test('levels rise from 0 to 1, fine above P90, and hold every percentile that a limit or a reader asks for', () => {
  assert.equal(QUANTILE_LEVELS[0], 0);
  assert.equal(QUANTILE_LEVELS.at(-1), 1);
  QUANTILE_LEVELS.forEach((level, i) => {
    const step = level - (QUANTILE_LEVELS[i - 1] ?? level - 0.001);
    assert.ok(step > 0 && step <= (level > 0.9 ? 0.001_001 : 0.005_001), String(level));
  });
  for (const level of [0.5, 0.9, 0.95, 0.99, 0.999, ...ERROR_LEVELS])
    assert.ok(QUANTILE_LEVELS.includes(level), String(level));
});

test('k6 is asked for each of them under its own name, once', () => {
  assert.equal(new Set(DENSE_TREND_STATS).size, DENSE_TREND_STATS.length);
  for (const name of [
    'count',
    'min',
    'avg',
    'max',
    'p(0)',
    'p(0.5)',
    'p(90)',
    'p(90.1)',
    'p(95)',
    'p(99.9)',
    'p(100)',
  ])
    assert.ok(DENSE_TREND_STATS.includes(name), name);
  assert.ok(!DENSE_TREND_STATS.some((name) => /\d{6}/.test(name)), 'no digits of binary arithmetic');
});

test('the quantile function of a Trend, all or nothing', () => {
  const { values } = trend([1, 2, 3]);
  assert.equal(quantileFunction(values)?.length, QUANTILE_LEVELS.length);
  assert.equal(quantileFunction({ ...values, 'p(95)': undefined as unknown as number }), null);
});
