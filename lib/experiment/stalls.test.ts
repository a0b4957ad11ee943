import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../statistics/random.ts';
import type { Visit } from './measurement.ts';
import { restsOnStalls, stallsOf } from './stalls.ts';

/** Visits of 12 s at 50/s; those due in a stall are 400 ms slower. */
function visits(stalls: readonly (readonly [from: number, to: number])[]): Visit[] {
  const random = seeded('stalls');
  return Array.from({ length: 10 }, (_, b) => {
    const startedAtMs = b * 28_000;
    const dueMs = Array.from({ length: 600 }, (_, i) => i * 20);
    const isSlow = (due: number) =>
      stalls.some(([from, to]) => startedAtMs + due >= from && startedAtMs + due < to);
    const latencyMs = dueMs.map((due) => Math.exp(3 + 0.4 * random.normal()) + (isSlow(due) ? 400 : 0));
    return { arm: 'on', startedAtMs, dueMs, latencyMs };
  });
}
test('each run of slow requests is one stall, with its time and length', () => {
  const all = visits([
    [2_000, 4_000],
    [8_000, 9_000],
    [30_000, 33_000],
  ]);
  const summary = stallsOf(all);
  assert.deepEqual(
    summary.stalls.map(({ startedAtMs }) => startedAtMs),
    [2_000, 8_000, 30_000],
  );
  assert.deepEqual(
    summary.stalls.map(({ requests }) => requests),
    [100, 50, 150],
  );
  assert.ok(summary.typicalMs !== null && Math.abs(summary.typicalMs - 1_980) < 100);
  assert.ok(restsOnStalls(summary), `${summary.share}`);
});

test('requests that are slow at random make none', () => {
  const all = visits([]);
  const summary = stallsOf(all);
  assert.deepEqual([summary.stalls.length, summary.share, summary.typicalMs], [0, 0, null]);
  assert.equal(restsOnStalls(summary), false);
});

test('a visit that is all stall is one, and the clock may jump between visits', () => {
  const all = visits([[28_000, 40_000]]).map((visit, b) => ({
    ...visit,
    startedAtMs: visit.startedAtMs - (b > 5 ? 3_600_000 : 0),
  }));
  const { stalls } = stallsOf(all);
  assert.deepEqual(
    stalls.map(({ lengthMs }) => lengthMs),
    [11_980],
  );
});
