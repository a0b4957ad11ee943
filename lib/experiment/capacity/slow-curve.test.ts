import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../../test/golden/statistics/close.ts';
import { crossingOf, ratesByBlock, type SlowShare } from './slow-curve.ts';

/** Tries of a server whose share of slow requests is 5 % at `perSecond` and rises as the curve does. */
const tries = (perSecond: number, slope: number, factors: readonly number[]): SlowShare[] =>
  factors.map((factor) => ({
    perSecond: perSecond * factor,
    slowShare: 1 - Math.exp(Math.log(0.95) * factor ** slope),
  }));
const factors = [0.9, 0.95, 0.98, 1.01, 1.04, 1.08];

test('the rate at which the curve leaves 5 %, wherever the climbs ended near it', () => {
  for (const slope of [20, 60])
    for (const around of [95, 100, 108])
      close(crossingOf(tries(100, slope, factors), around) ?? NaN, 100, 0.01);
});

test('a share of none below and of all above: between the two', () => {
  const found = crossingOf(
    [96, 98, 102, 104].map((perSecond) => ({ perSecond, slowShare: perSecond > 100 ? 1 : 0 })),
    100,
  );
  assert.ok(found !== null && found > 98 && found < 102, String(found));
});

test('tries further from the ends of the climbs do not count: a stall there is chance', () => {
  const near = tries(100, 40, factors);
  const stalled = [{ perSecond: 60, slowShare: 1 }, ...near, { perSecond: 150, slowShare: 0 }];
  assert.equal(crossingOf(stalled, 100), crossingOf(near, 100));
});

test('too few tries, or none of them where the curve crosses: the climbs say it', () => {
  assert.equal(crossingOf(tries(100, 40, [0.98, 1, 1.02]), 100), null);
  const above = tries(100, 40, [1.2, 1.22, 1.25, 1.3]);
  assert.equal(ratesByBlock([above, above, above], 125), null);
  assert.equal(crossingOf(tries(100, 40, [0.9, 0.93, 0.96, 0.99]), 95), null, 'none on the other side');
  // Without one of its blocks there is none on the other side.
  const within = tries(100, 40, [0.95, 0.97, 0.98]);
  assert.equal(ratesByBlock([within, within, tries(100, 40, [1.02])], 100), null);
  const falling = [0.5, 0.3, 0.2, 0.02].map((slowShare, i) => ({ perSecond: 98 + i, slowShare }));
  assert.equal(crossingOf(falling, 100), null);
  const atOneRate = [0.4, 0.02, 0.6, 0.5].map((slowShare) => ({ perSecond: 100, slowShare }));
  assert.equal(crossingOf(atOneRate, 100), null);
});

test('blocks: the mean of their logarithms is the capacity by all, and they differ as leaving them out moves it', () => {
  const blocks = [99.5, 100, 100.5].map((perSecond) => tries(perSecond, 40, factors));
  const rates = ratesByBlock(blocks, 100);
  assert.ok(rates !== null);
  const mean = rates.reduce((sum, rate) => sum + Math.log(rate), 0) / rates.length;
  close(Math.exp(mean), crossingOf(blocks.flat(), 100) ?? NaN, 1e-9);
  const [slow = NaN, usual = NaN, fast = NaN] = rates;
  assert.ok(slow < usual && usual < fast, rates.join());
  close(fast - slow, 1, 0.3);
  assert.deepEqual(ratesByBlock(blocks.slice(0, 1), 100)?.length, 1);
});
