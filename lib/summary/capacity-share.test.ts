import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributionResult, experimentResult, loadResult } from '../../test/support/results.ts';
import { settingsIn } from '../result/settings-in.ts';
import { besideProblem, capacityShareOf } from './capacity-share.ts';
import type { RunResult } from '../result/run-result.ts';

const whole = attributionResult();

/** The same by request header: each share a third, and half of the interval. */
function direct(): RunResult {
  const result = attributionResult();
  const { overhead, attribution } = result;
  assert.ok(overhead?.interval && attribution);
  return {
    ...result,
    overhead: { ...overhead, mode: 'header', estimateMs: 28, interval: { lowerMs: 24, upperMs: 32 } },
    attribution: {
      ...attribution,
      of: 'direct',
      shares: attribution.shares.map((share) => ({ ...share, shareMs: share.shareMs / 3 })),
    },
  };
}

test('the whole-system overhead less the direct one, and so by flag', () => {
  const capacity = capacityShareOf(whole, direct());
  assert.ok(capacity?.interval);
  assert.ok(Math.abs(capacity.shareMs - (84.2 - 28)) < 1e-9);
  assert.ok(capacity.interval.lowerMs < capacity.shareMs && capacity.shareMs < capacity.interval.upperMs);
  assert.deepEqual(
    capacity.shares.map(({ flag }) => flag),
    ['ENABLE_SIMILARITY_LOGGING', 'TRACK_MODEL_COSTS', 'ENABLE_LANGFUSE_EXPORT', 'ENABLE_ASYNC_TRACE_EXPORT'],
  );
  assert.equal(capacity.beside, whole.run.startedAt);
});

test('beside an overhead of two arms it is known as a whole only', () => {
  assert.deepEqual(capacityShareOf(experimentResult(), direct())?.shares, []);
});

test('none without two numbers', () => {
  const { overhead } = whole;
  assert.ok(overhead !== null);
  assert.equal(capacityShareOf({ ...whole, overhead: { ...overhead, interval: null } }, direct()), null);
  assert.equal(capacityShareOf(whole, loadResult()), null);
});

test('what cannot lie beside it is refused', () => {
  const { baseUrl, endpoint } = whole.configuration;
  const plan = { mode: 'header', rate: 200 } as const;
  const config = { baseUrl, api: { endpoint }, plan, settings: settingsIn(whole) } as Parameters<
    typeof besideProblem
  >[1];
  assert.equal(besideProblem(whole, config), null);
  assert.equal(besideProblem(loadResult(), config), 'it holds no overhead');
  assert.match(besideProblem(direct(), config) ?? '', /mode header; a run of mode toggle is needed/);
  assert.match(
    besideProblem(whole, { ...config, baseUrl: 'http://other' }) ?? '',
    /and this run of http:\/\/other/,
  );
  assert.match(
    besideProblem(whole, { ...config, plan: { ...config.plan, rate: 50 } }) ?? '',
    /it ran at 200\/s, and this run at 50\/s/,
  );
  const { overhead } = whole;
  assert.ok(overhead !== null);
  const part = overhead.arms.map((arm) => ({ ...arm, flags: { ...arm.flags, TRACK_MODEL_COSTS: false } }));
  assert.match(
    besideProblem({ ...whole, overhead: { ...overhead, arms: part } }, config) ?? '',
    /not everything/,
  );
  assert.equal(
    besideProblem({ ...whole, overhead: { ...overhead, estimateMs: null } }, config),
    'it came to no number',
  );
});
