import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flameOf } from './flame.ts';
import { profileResult } from '../../test/support/results.ts';

test('each frame lies within its caller, and none upon another', () => {
  const flame = flameOf(profileResult(400));
  assert.ok(flame !== null && flame.frames.length > 100, String(flame?.frames.length));
  for (const { left, width, depth } of flame.frames) {
    assert.ok(left >= 0 && left + width <= 1 + 1e-9);
    const above = flame.frames.filter((frame) => frame.depth === depth - 1);
    const isWithin = above.some(
      (frame) => left >= frame.left - 1e-9 && left + width <= frame.left + frame.width + 1e-9,
    );
    assert.ok(depth === 0 || isWithin);
  }
  const sorted = flame.frames.toSorted((a, b) => a.depth - b.depth || a.left - b.left);
  sorted.slice(1).forEach((frame, i) => {
    const before = sorted[i];
    if (before?.depth === frame.depth) assert.ok(before.left + before.width <= frame.left + 1e-9);
  });
});

test('colour: 1 for what is added alone, 0 for what is the same, -1 for what is gone', () => {
  const frame = (baselineUs: number, treatmentUs: number) => ({
    parent: -1,
    name: 'f',
    package: 'p',
    total: { baselineUs, treatmentUs },
  });
  const flame = flameOf({ ...profileResult(), flame: [frame(0, 50), frame(30, 30), frame(40, 20)] });
  assert.deepEqual(
    flame?.frames.map(({ added }) => added),
    [1, 0, -0.5],
  );
  assert.equal(flameOf({ ...profileResult(), flame: [frame(10, 0)] }), null);
});
