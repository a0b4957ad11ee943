import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import { boundsOf, estimate, isInGap, overheadContrast } from './estimate.ts';
import { widerDeviations } from './hall.ts';
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

test('P95 in a gap: the number lies farther from the middle of the blocks than the interval reaches', () => {
  const { value, interval } = estimate([off, on], overhead);
  assert.ok(interval);
  const moved = (p95: number) => isInGap(estimate([off, { ...on, p95 }], overhead));
  assert.equal(moved(221), false);
  assert.equal(moved(221 + (interval.upper - value) - 0.01), false);
  assert.equal(moved(221 + (interval.upper - value) + 0.01), true);
  assert.equal(moved(221 - (value - interval.lower) + 0.01), false);
  assert.equal(moved(221 - (value - interval.lower) - 0.01), true);
  assert.equal(isInGap(estimate([arm('off', 1, [1]), arm('on', 900, [2])], overhead)), false);
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
