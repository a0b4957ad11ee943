import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Load } from './load.ts';
import { lastUserMs, plannedDurationMs, plannedRequests, rampArea, stagesOf } from './planned-load.ts';

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

test('until when each of several generators has a user', () => {
  const cases: [of: number, stages: [string, number][], ms: number][] = [
    // heavy: k6 gave the last of four generators 104,387 ms with its last iteration.
    [
      1,
      [
        ['30s', 50],
        ['1m', 50],
        ['15s', 0],
      ],
      105_000,
    ],
    [
      4,
      [
        ['30s', 50],
        ['1m', 50],
        ['15s', 0],
      ],
      104_100,
    ],
    [1, [['1m', 5]], 60_000],
    [4, [['1m', 5]], 60_000],
    // Three of them are done after the second stage.
    [
      4,
      [
        ['5s', 8],
        ['7s', 1],
        ['60s', 1],
      ],
      10_000,
    ],
    [
      1,
      [
        ['5s', 8],
        ['7s', 1],
        ['60s', 1],
      ],
      72_000,
    ],
    // Up again at the end.
    [
      2,
      [
        ['10s', 4],
        ['10s', 0],
        ['10s', 4],
      ],
      30_000,
    ],
    [
      2,
      [
        ['10s', 4],
        ['0s', 0],
        ['10s', 0],
      ],
      10_000,
    ],
  ];
  for (const [of, stages, ms] of cases) {
    const typed = stages.map(([duration, target]) => ({ duration, target }));
    assert.equal(lastUserMs(typed, of), ms, JSON.stringify([of, stages]));
  }
});
