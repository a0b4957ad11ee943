import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean, sampleCorrelation, sampleStandardDeviation } from 'simple-statistics';
import { seeded, shuffled, type Random } from './random.ts';

const draws = (draw: () => number, count = 20_000) => Array.from({ length: count }, draw);

/** Asserts a mean within 4 standard errors: a wrong one of a fixed seed stays wrong. */
function hasMoments(values: number[], expectedMean: number, deviation: number): void {
  assert.ok(
    Math.abs(mean(values) - expectedMean) < (4 * deviation) / Math.sqrt(values.length),
    `${mean(values)}`,
  );
  assert.ok(
    Math.abs(sampleStandardDeviation(values) / deviation - 1) < 0.03,
    `${sampleStandardDeviation(values)}`,
  );
}

test('a seed gives the same numbers again, as text or number, and another seed others', () => {
  const first = (random: Random) => draws(() => random.uniform(), 5);
  assert.deepEqual(first(seeded(7)), first(seeded('7')));
  assert.notDeepEqual(first(seeded(7)), first(seeded(8)));
  // This very sequence is what a report's seed stands for: a change of it is a change of every plan.
  const k6 = seeded('k6');
  assert.deepEqual(
    draws(() => k6.integer(1000), 5),
    [428, 367, 746, 648, 103],
  );
});

test('draws have their moments', () => {
  const random = seeded('moments');
  hasMoments(
    draws(() => random.uniform()),
    0.5,
    Math.sqrt(1 / 12),
  );
  hasMoments(
    draws(() => random.normal()),
    0,
    1,
  );
  hasMoments(
    draws(() => random.exponential()),
    1,
    1,
  );
  hasMoments(
    draws(() => random.integer(6)),
    2.5,
    Math.sqrt(35 / 12),
  );
});

test('draws stay in their range', () => {
  const random = seeded('range');
  assert.ok(draws(() => random.uniform()).every((value) => value >= 0 && value < 1));
  assert.ok(draws(() => random.exponential()).every((value) => value >= 0 && Number.isFinite(value)));
  assert.deepEqual([...new Set(draws(() => random.integer(3)))].sort(), [0, 1, 2]);
});

test('a stream is not correlated with itself or with that of a near seed', () => {
  const [a, b] = [seeded('run/block/1'), seeded('run/block/2')].map((random) =>
    draws(() => random.uniform()),
  );
  assert.ok(a && b);
  const limit = 4 / Math.sqrt(a.length);
  assert.ok(Math.abs(sampleCorrelation(a, b)) < limit);
  assert.ok(Math.abs(sampleCorrelation(a.slice(1), a.slice(0, -1))) < limit);
  const firsts = draws(
    (
      (seed) => () =>
        seeded(seed++).uniform()
    )(0),
    4000,
  );
  hasMoments(firsts, 0.5, Math.sqrt(1 / 12));
});

test('shuffling keeps the elements, leaves the list, and favours no order', () => {
  const random = seeded('shuffle');
  const list = ['a', 'b', 'c'];
  const orders = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = shuffled(list, random).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.deepEqual(list, ['a', 'b', 'c']);
  assert.equal(orders.size, 6);
  for (const count of orders.values())
    assert.ok(Math.abs(count - 1000) < 4 * Math.sqrt(1000 * (5 / 6)), `${count}`);
});
