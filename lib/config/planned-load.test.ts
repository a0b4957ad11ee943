import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Load } from './config.ts';
import { plannedDurationMs, plannedRequests, rampArea, stagesOf } from './planned-load.ts';

const thinkTimeSeconds = 0;
const steps = [
  { duration: '10s', target: 100 },
  { duration: '20s', target: 100 },
  { duration: '10s', target: 0 },
];
const loads: Record<string, Load> = {
  stages: { shape: 'stages', stages: steps, thinkTimeSeconds },
  iterations: { shape: 'iterations', total: 500, users: 5, maxDuration: '10m', thinkTimeSeconds },
  rate: { shape: 'rate', perSecond: 2.5, duration: '1m', users: 5, thinkTimeSeconds },
  ramp: { shape: 'rate', steps, users: 5, thinkTimeSeconds },
};

test('requests, duration and stages that each load plans', () => {
  const planned = Object.values(loads).map((load) => [
    plannedRequests(load),
    plannedDurationMs(load),
    stagesOf(load).length,
  ]);
  assert.deepEqual(planned, [
    [null, 40_000, 3],
    [500, null, 0],
    [150, 60_000, 0],
    [3_000, 40_000, 3],
  ]);
});

test('the area under a ramp: triangles and rectangles', () => {
  assert.equal(rampArea([{ duration: '10s', target: 10 }]), 50);
  assert.equal(rampArea([...steps.slice(0, 1), { duration: '500ms', target: 100 }]), 550);
  assert.equal(rampArea([]), 0);
});
