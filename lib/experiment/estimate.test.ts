import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import { boundsOf, estimate, isInGap, overheadContrast, weigh } from './estimate.ts';
import { tailOf } from '../statistics/gap.ts';
import { widerDeviations } from '../statistics/hall.ts';
import type { ArmMeasurement } from './measurement.ts';

/** An arm of blocks with 250 requests each. */
const arm = (name: string, p95: number, blocks: (number | null)[]): ArmMeasurement => ({
  name,
  p95,
  requests: 250 * blocks.length,
  errors: 0,
  blocks: blocks.map((block) => (block === null ? null : { p95: block, requests: 250 })),
});
const off = arm('off', 200, [199, 201, 198, 203, 200]);
const on = arm('on', 221, [219, 222, 217, 229, 219]);
const overhead = overheadContrast('off', 'on');

test('the number is the difference of the P95s of all requests, the error that of the blocks', () => {
  const { value, blocks, measured, standardError, interval } = estimate([off, on], overhead);
  assert.equal(value, 21);
  assert.deepEqual(blocks, [20, 21, 19, 26, 19]);
  assert.equal(measured, 5);
  // sd of 20, 21, 19, 26, 19 is √8.5.
  close(standardError ?? NaN, Math.sqrt(8.5 / 5), 1e-12);
  const { below, above } = widerDeviations([20, 21, 19, 26, 19], 0.025);
  assert.deepEqual(interval, { lower: 21 - below, upper: 21 + above });
});

test('bounds are one-sided and shifted to the number', () => {
  const estimated = estimate([off, on], overhead);
  const { below, above } = widerDeviations([20, 21, 19, 26, 19], 0.05);
  assert.deepEqual(boundsOf(estimated, 0.05), { lower: 21 - below, upper: 21 + above });
  // t(4) at 0.025, and a right skew: the upper side is wider.
  close(estimated.value - (estimated.interval?.lower ?? NaN), 2.7764451 * Math.sqrt(8.5 / 5), 1e-7);
  assert.ok(above > below);
});

test('swapping the arms turns everything round', () => {
  const there = estimate([off, on], overhead);
  const back = estimate([off, on], overheadContrast('on', 'off'));
  assert.equal(back.value, -there.value);
  close(back.interval?.upper ?? NaN, -(there.interval?.lower ?? NaN), 1e-12);
});

test('blocks that were not measured in an arm of the contrast are left out', () => {
  const partly = arm('on', 221, [219, null, 217, 229, null]);
  const { blocks, measured } = estimate([off, partly], overhead);
  assert.deepEqual(blocks, [20, null, 19, 26, null]);
  assert.equal(measured, 3);
});

test('fewer than two blocks have no error and no bounds', () => {
  const single = estimate([arm('off', 200, [200]), arm('on', 221, [221])], overhead);
  assert.deepEqual([single.value, single.standardError, single.interval], [21, null, null]);
  assert.equal(boundsOf(single, 0.05), null);
  assert.equal(estimate([arm('off', 200, [null]), arm('on', 221, [1])], overhead).measured, 0);
});

test('more than two arms: any weights that sum to 0', () => {
  const third = arm('more', 250, [240, 260, 250, 245, 255]);
  const { value, blocks } = estimate([off, on, third], { off: -1, on: 0.5, more: 0.5 });
  assert.equal(value, 35.5);
  assert.equal(blocks[0], 30.5);
  assert.equal(estimate([off, on, third], { off: -1, on: 1, more: 0 }).value, 21);
});

test('P95 in a gap: the interval spans it, on the side of the arm that has it', () => {
  const level = (p: number) => 100 + 1_000 * (p - 0.9);
  const plain = { ...off, p95: 150, tail: tailOf(level) };
  // Half of a per cent below P95 the requests begin to stall.
  const stalling = { ...on, p95: 650, tail: tailOf((p) => level(p) + (p >= 0.945 ? 500 : 0)) };
  assert.equal(isInGap(weigh([plain, { ...on, tail: plain.tail }], overhead)), false);
  assert.equal(isInGap(weigh([plain, stalling], overhead)), true);
  assert.equal(isInGap(weigh([plain, on], overhead)), false, 'an arm whose tail is not known');
  const { value, interval } = estimate([plain, stalling], overhead);
  const { above } = widerDeviations([20, 21, 19, 26, 19], 0.025);
  // 1,250 requests: P95 lies between P93.7 and P96.3 by its ranks.
  close(value - (interval?.lower ?? NaN), Math.hypot(513, 13), 1e-9);
  close((interval?.upper ?? NaN) - value, Math.max(above, Math.hypot(13, 13)), 1e-9);
  const back = estimate([plain, stalling], overheadContrast('on', 'off'));
  close(back.interval?.upper ?? NaN, -(interval?.lower ?? NaN), 1e-9);
  // Evidence that is asked for more strongly reaches farther.
  const bounds = boundsOf(estimate([plain, stalling], overhead), 1e-4);
  assert.ok(bounds && interval && bounds.lower < interval.lower);
});

test('what makes no sense is refused in one line', () => {
  assert.throws(() => estimate([off], overhead), /no arm "on": there are off/);
  assert.throws(() => estimate([off, on], { off: -1, on: 2 }), /sum to 1: they must sum to 0/);
  assert.throws(() => estimate([off, on], {}), /without weights/);
  assert.throws(() => estimate([off, on], { off: NaN, on: 1 }), /sum to NaN/);
  assert.throws(() => estimate([off, arm('on', 1, [1, 2])], overhead), /5 and 2 blocks/);
  assert.throws(() => estimate([off, { ...on, p95: NaN }], overhead), /P95 of arm "on" is NaN/);
  assert.throws(
    () => estimate([off, arm('on', 1, [1, 2, Infinity, 4, 5])], overhead),
    /arm "on" in block 3 is Infinity/,
  );
});
