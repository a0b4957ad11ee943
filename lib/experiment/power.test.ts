import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import type { Plan } from '../config/experiment-plan.ts';
import { lognormalSpread, medianBlocks, powerOf, spreadOf } from './power.ts';
import { quantileFunctionOf } from '../statistics/quantile-function.ts';
import { seeded } from '../statistics/random.ts';
import { planLooks } from '../statistics/spending.ts';

const plan: Omit<Plan, 'blocks'> = {
  mode: 'toggle',
  arms: [
    { name: 'off', flags: {} },
    { name: 'on', flags: {} },
  ],
  rate: 100,
  seconds: 3,
  settleSeconds: 1,
  warmUpSeconds: 5,
  arrivals: 'poisson',
  seed: 'power',
};

const EARLY = { earlyStop: true, leastSeconds: 0 };

test('1000, 5000 and 10,000 requests an arm show 25, 11 and 8 ms at mean 100 and deviation 50', () => {
  // One-sided 5 %, with power 0.9.
  const quantiles = 1.645 + 1.282;
  close(quantiles * lognormalSpread(100, 50, 1_000), 25, 0.025);
  close(quantiles * lognormalSpread(100, 50, 5_000), 11, 0.035);
  close(quantiles * lognormalSpread(100, 50, 10_000), 8, 0.01);
});

test('the spread of a block’s difference, from mean and deviation or from a measured distribution', () => {
  // σ_log = 0.4724, q95 = 194.5 ms: √2·2.113·0.4724·194.5/√250.
  close(lognormalSpread(100, 50, 250), 17.37, 0.001);
  const random = seeded('spread');
  const sigma = Math.sqrt(Math.log(1.25));
  const latencies = Array.from({ length: 50_000 }, () =>
    Math.exp(Math.log(100) - sigma ** 2 / 2 + sigma * random.normal()),
  );
  close(spreadOf(quantileFunctionOf(latencies.sort((a, b) => a - b)), 250), 17.37, 0.08);
});

test('a small difference needs more blocks than a large one, and the longest plan has an end', () => {
  const blocks = [100, 20, 10, 5].map(
    (difference) => powerOf(plan, difference, 15, EARLY)?.atMost.blocks ?? 0,
  );
  assert.equal(blocks[0], 5);
  assert.deepEqual(
    blocks,
    blocks.toSorted((a, b) => a - b),
  );
  assert.equal(powerOf(plan, 0.5, 15, EARLY), null);
  assert.throws(() => powerOf(plan, 0, 15, EARLY), /difference: 0; milliseconds above 0/);
  assert.throws(() => powerOf(plan, 5, NaN, EARLY), /spread: NaN/);
});

test('effort: blocks, requests and minutes of the plan; early stop costs a little at most and saves in the median', () => {
  const early = powerOf(plan, 10, 15, EARLY);
  const whole = powerOf(plan, 10, 15, { ...EARLY, earlyStop: false });
  assert.ok(early && whole);
  assert.ok(early.atMost.blocks > whole.atMost.blocks && early.median.blocks < whole.median.blocks);
  assert.deepEqual(whole.median, whole.atMost);
  const { blocks, requests, minutes } = whole.atMost;
  assert.deepEqual([requests, minutes], [blocks * 600, (10 + blocks * 8) / 60]);
});

test('median blocks of a plan of 20: effects of 4, 2 and 1 standard deviations', () => {
  const looks = planLooks(20, 5, true);
  assert.deepEqual(
    [4, 2, 1, 0].map((effect) => medianBlocks(looks, effect)),
    [6, 7, 10, 20],
  );
});

test('each arm is under load for as long as is asked, however plain the answer', () => {
  const brief = powerOf(plan, 100, 1, EARLY);
  const long = powerOf(plan, 100, 1, { ...EARLY, leastSeconds: 12 * plan.seconds });
  assert.equal(brief?.atMost.blocks, 5);
  assert.deepEqual([long?.atMost.blocks, long?.median.blocks], [12, 12]);
  assert.equal(powerOf(plan, 100, 1, { ...EARLY, leastSeconds: 501 * plan.seconds }), null);
});
