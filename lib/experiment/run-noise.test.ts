import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runNoise } from './run-noise.ts';

const arm = (...p95s: (number | null)[]) => ({
  blocks: p95s.map((p95) => (p95 === null ? null : { p95 })),
});

test('arms that follow a like arm are compared, also across pairs of blocks', () => {
  const arms = [arm(10, 13, 14, 20), arm(30, 31, 38, 33)];
  // A B, B A, A B, B A: 30→31, 13→14, 38→33.
  const orders = [
    [0, 1],
    [1, 0],
    [0, 1],
    [1, 0],
  ];
  assert.deepEqual(runNoise(arms, orders), { pairs: 3, medianMs: 1, mostMs: 5 });
});

test('where none follows a like arm, or a block is missing, nothing is compared', () => {
  assert.equal(
    runNoise(
      [arm(1, 2), arm(3, 4)],
      [
        [0, 1],
        [0, 1],
      ],
    ),
    null,
  );
  assert.equal(
    runNoise(
      [arm(1, 2), arm(3, null)],
      [
        [0, 1],
        [1, 0],
      ],
    ),
    null,
  );
});
