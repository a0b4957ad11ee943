import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cumulative, pick } from './pick.ts';

/** As many equal shares. */
const equal = (count: number) => cumulative(Array<number>(count).fill(1));

/** How often each of some shares is picked. */
function counts(upTo: readonly number[], draws: number, draw: (i: number) => number): number[] {
  const found = upTo.map(() => 0);
  for (let i = 0; i < draws; i += 1) {
    const index = draw(i);
    found[index] = (found[index] ?? NaN) + 1;
  }
  return found;
}

test('depends on all three, and on nothing else', () => {
  const million = equal(1_000_000);
  assert.equal(pick(1, 2, 3, million), pick(1, 2, 3, million));
  const seen = new Set<number>();
  for (const seed of [0, 1, 4_294_967_295])
    for (let user = 1; user <= 20; user += 1)
      for (let iteration = 0; iteration < 50; iteration += 1) {
        const index = pick(seed, user, iteration, million);
        assert.ok(Number.isInteger(index) && index >= 0 && index < 1_000_000);
        seen.add(index);
      }
  assert.ok(seen.size > 2_980, `${seen.size} of 3000 differ`);
});

test('evenly spread, over users and over iterations', () => {
  const ten = equal(10);
  for (const draw of [(i: number) => pick(7, 1, i, ten), (i: number) => pick(7, i, 0, ten)]) {
    const bins = counts(ten, 10_000, draw);
    // Five standard deviations of a bin of 1,000: 150.
    for (const count of bins) assert.ok(Math.abs(count - 1_000) < 150, bins.join());
  }
});

test('each share as often as it is large, one of nothing never, a single one always', () => {
  const upTo = cumulative([1, 2, 0, 1]);
  assert.deepEqual(upTo, [0.25, 0.75, 0.75, 1]);
  const [first = NaN, second = NaN, third, fourth = NaN] = counts(upTo, 10_000, (i) => pick(3, 1, i, upTo));
  // Five standard deviations: 217 of 2,500, 250 of 5,000.
  assert.ok(
    Math.abs(first - 2_500) < 217 && Math.abs(second - 5_000) < 250 && Math.abs(fourth - 2_500) < 217,
  );
  assert.equal(third, 0);
  assert.equal(pick(1, 2, 3, equal(1)), 0);
});
