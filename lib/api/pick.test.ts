import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cumulative, pick } from './pick.ts';

/** So many equal shares that the index of one gives the number in [0, 1), but for the last of its 32 bits. */
const SHARES = 2 ** 31;
/** None ends at a number that can be: which side a border belongs to does not matter here. */
const fine = new Proxy<number[]>([], {
  get: (_, key) => (key === 'length' ? SHARES : (Number(key) + 0.75) / SHARES),
});

/** The number itself. */
function uniform(seed: number, user: number, iteration: number): number {
  const index = pick(seed, user, iteration, fine);
  const lastBit = pick(seed, user, iteration, [(index + 0.25) / SHARES, 1]);
  return (index + lastBit / 2) / SHARES;
}

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

test('the index whose share holds the number, at each border', () => {
  assert.deepEqual(cumulative([1, 2, 1]), [0.25, 0.75, 1]);
  for (let i = 0; i < 100; i += 1) {
    const u = uniform(3, 1, i);
    const borders: [upTo: number[], index: number][] = [
      // A share begins at its border, and ends before the next.
      [[u, 1], 1],
      [[u + 2 ** -32, 1], 0],
      [[u / 2, u, 1], 2],
      [[u / 2, u + 2 ** -32, 1], 1],
      // A share of nothing is never picked.
      [[u, u, 1], 2],
      [[1], 0],
    ];
    for (const [upTo, index] of borders) assert.equal(pick(3, 1, i, upTo), index, `${u} of ${upTo.join()}`);
  }
});

test('each as often as it is heavy', () => {
  const upTo = cumulative([1, 2, 0, 1]);
  const counts = upTo.map(() => 0);
  for (let i = 0; i < 10_000; i += 1) {
    const index = pick(3, 1, i, upTo);
    counts[index] = (counts[index] ?? NaN) + 1;
  }
  const [first = NaN, second = NaN, third, fourth = NaN] = counts;
  // Five standard deviations: 217 of 2,500, 250 of 5,000.
  assert.ok(Math.abs(first - 2_500) < 217, counts.join());
  assert.ok(Math.abs(second - 5_000) < 250, counts.join());
  assert.ok(Math.abs(fourth - 2_500) < 217, counts.join());
  assert.equal(third, 0);
});
