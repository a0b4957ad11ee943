import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencyOf, zeroShare } from './latency.ts';
import { QUANTILE_LEVELS } from '../metrics/quantiles.ts';
import { trend } from '../../test/support/summaries.ts';

const of = (samples: readonly number[], options?: { withoutRefused: boolean }) =>
  latencyOf({ metrics: { t: trend(samples) } }, 't', options);
const close = (actual: number | undefined, expected: number, within: number) => {
  assert.ok(
    Math.abs((actual ?? NaN) - expected) <= within,
    `${String(actual)} is not ${expected} ± ${within}`,
  );
};

test('percentiles are k6’s own, linear between samples', () => {
  const latency = of(Array.from({ length: 101 }, (_, i) => i));
  assert.equal(latency?.count, 101);
  assert.deepEqual(
    [latency.minMs, latency.p50Ms, latency.p95Ms, latency.p99Ms, latency.maxMs],
    [0, 50, 95, 99, 100],
  );
  assert.equal(latency.meanMs, 50);
  assert.equal(latency.quantilesMs.length, QUANTILE_LEVELS.length);
  assert.equal(of([10, 20])?.p95Ms, 19.5);
  assert.equal(of([7])?.p95Ms, 7);
});

test('no sample is no latency, and no metric neither', () => {
  assert.equal(of([]), null);
  assert.equal(latencyOf({ metrics: {} }, 't'), null);
});

test('a Trend without the dense percentiles, as other options of k6 give it, is no latency', () => {
  const values = { count: 5, min: 1, avg: 2, max: 3, 'p(95)': 3 };
  assert.equal(latencyOf({ metrics: { t: { type: 'trend', contains: 'time', values } } }, 't'), null);
});

test('refused connections, 0 ms in k6, can be left out', () => {
  const answered = Array.from({ length: 800 }, (_, i) => 100 + i / 8);
  const samples = [...Array.from({ length: 200 }, () => 0), ...answered];
  close(zeroShare(trend(samples).values), 0.2, 0.005);
  assert.equal(of(samples)?.minMs, 0);
  const latency = of(samples, { withoutRefused: true });
  close(latency?.count, 800, 5);
  close(latency?.minMs, 100, 1);
  close(latency?.p50Ms, 150, 1);
  close(latency?.p95Ms, 195, 1);
  close(latency?.meanMs, 150, 1);
  const small = of([0, 0, 30, 10, 20], { withoutRefused: true });
  assert.equal(small?.count, 3, 'exact where samples are few');
  assert.deepEqual([small.minMs, small.p50Ms, small.maxMs, small.meanMs].map(Math.round), [10, 20, 30, 20]);
  assert.equal(of([0, 0, 0], { withoutRefused: true }), null);
  assert.equal(zeroShare(trend([0]).values), 1);
  assert.equal(zeroShare(trend([5]).values), 0);
});
