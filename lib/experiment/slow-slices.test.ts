import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packSlow, SLICES, unpackSlow } from './slow-slices.ts';

/** Ten requests in each slice of 100 ms, of which so many take 200 ms. */
function visit(slowIn: (slice: number) => number) {
  const dueMs = Array.from({ length: 10 * SLICES }, (_, i) => i * 10);
  const latencyMs = dueMs.map((_, i) => (i % 10 < slowIn(Math.floor(i / 10)) ? 200 : 20));
  return { arm: 'treatment', startedAtMs: 0, dueMs, latencyMs };
}

test('each slice is told by the share of its requests that were slow', () => {
  const slow = [0, 1, 3, 4, 6, 7, 10];
  const packed = packSlow(
    visit((slice) => slow[slice % slow.length] ?? 0),
    100,
    SLICES * 100,
  );
  assert.ok(Number.isSafeInteger(packed));
  assert.deepEqual(unpackSlow(packed).slice(0, 7), [0, 1, 1, 2, 2, 3, 3]);
});

test('all slow, none slow, and an arm that was not measured', () => {
  const length = SLICES * 100;
  assert.deepEqual(
    new Set(
      unpackSlow(
        packSlow(
          visit(() => 10),
          100,
          length,
        ),
      ),
    ),
    new Set([3]),
  );
  assert.equal(
    packSlow(
      visit(() => 0),
      100,
      length,
    ),
    0,
  );
  assert.deepEqual(new Set(unpackSlow(0)), new Set([0]));
});
