import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cumulative, indexOf, uniform } from './pick.ts';

test('numbers in [0, 1) that depend on all three, and on nothing else', () => {
  assert.equal(uniform(1, 2, 3), uniform(1, 2, 3));
  const seen = new Set<number>();
  for (const seed of [0, 1, 4_294_967_295])
    for (let user = 1; user <= 20; user += 1)
      for (let iteration = 0; iteration < 50; iteration += 1) {
        const u = uniform(seed, user, iteration);
        assert.ok(u >= 0 && u < 1);
        seen.add(u);
      }
  assert.ok(seen.size > 2_990, `${seen.size} of 3000 differ`);
});

test('evenly spread, over users and over iterations', () => {
  for (const draw of [(i: number) => uniform(7, 1, i), (i: number) => uniform(7, i, 0)]) {
    const bins = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i += 1) {
      const bin = Math.floor(draw(i) * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // Five standard deviations of a bin of 1,000: 150.
    for (const count of bins) assert.ok(Math.abs(count - 1_000) < 150, bins.join());
  }
});

test('the index whose share holds a number, at each border', () => {
  const upTo = cumulative([1, 2, 1]);
  assert.deepEqual(upTo, [0.25, 0.75, 1]);
  const borders: [number, number][] = [
    [0, 0],
    [0.2499, 0],
    [0.25, 1],
    [0.7499, 1],
    [0.75, 2],
    [0.9999, 2],
  ];
  for (const [u, index] of borders) assert.equal(indexOf(u, upTo), index, String(u));
  assert.equal(indexOf(0.5, cumulative([3])), 0);
});
