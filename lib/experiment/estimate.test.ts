import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import { boundsOf, estimate, overheadContrast } from './estimate.ts';
import { armOfP95s } from '../../test/support/arms.ts';
import { studentQuantile } from '../statistics/student-t.ts';

const off = armOfP95s('off', [199, 201, 198, 203, 200]);
const on = armOfP95s('on', [219, 222, 217, 229, 219]);
const overhead = overheadContrast('off', 'on');

test('the number is the difference of the P95s of all requests, the error that of the blocks', () => {
  const { value, blocks, measured, standardError, interval } = estimate([off, on], overhead);
  assert.equal(value, on.p95 - off.p95);
  assert.deepEqual(
    blocks.map((block) => Math.round(block ?? NaN)),
    [20, 21, 19, 26, 19],
  );
  assert.equal(measured, 5);
  assert.ok(interval && interval.lower < value && value < interval.upper);
  close(standardError ?? NaN, (interval.upper - interval.lower) / 2 / studentQuantile(0.025, 4), 1e-12);
});

test('bounds are one-sided: less sure, and so closer, than the interval', () => {
  const estimated = estimate([off, on], overhead);
  const bounds = boundsOf(estimated, 0.05);
  assert.ok(bounds && estimated.interval);
  assert.ok(bounds.lower > estimated.interval.lower && bounds.upper < estimated.interval.upper);
  assert.equal(estimate([off, on], overhead, 0).interval, null, 'too early for an interval');
  const longer = boundsOf(estimated, 0.05, 50);
  assert.ok(longer && longer.upper - longer.lower < (bounds.upper - bounds.lower) / 2);
});

test('swapping the arms turns everything round', () => {
  const there = estimate([off, on], overhead);
  const back = estimate([off, on], overheadContrast('on', 'off'));
  assert.equal(back.value, -there.value);
  close(back.interval?.upper ?? NaN, -(there.interval?.lower ?? NaN), 1e-12);
});

test('blocks that were not measured in an arm of the contrast are left out', () => {
  const partly = armOfP95s('on', [219, null, 217, 229, null]);
  const { blocks, measured } = estimate([off, partly], overhead);
  assert.deepEqual(
    blocks.map((block) => block && Math.round(block)),
    [20, null, 19, 26, null],
  );
  assert.equal(measured, 3);
});

test('fewer than two blocks have no error and no bounds', () => {
  const single = estimate([armOfP95s('off', [200]), armOfP95s('on', [221])], overhead);
  close(single.value, 21, 1e-9);
  assert.deepEqual([single.standardError, single.interval], [null, null]);
  assert.equal(boundsOf(single, 0.05), null);
  assert.equal(estimate([armOfP95s('off', [1, null]), armOfP95s('on', [null, 1])], overhead).measured, 0);
});

test('two blocks say little: the interval is several times as wide as that of five', () => {
  const width = (count: number) => {
    const { interval } = estimate(
      [off, on].map(({ name, blocks }) =>
        armOfP95s(
          name,
          blocks.slice(0, count).map((block) => block?.p95 ?? null),
        ),
      ),
      overhead,
    );
    return interval ? interval.upper - interval.lower : NaN;
  };
  assert.ok(width(2) > 1.4 * width(5), `${width(2)} ${width(5)}`);
});

test('more than two arms: any weights that sum to 0', () => {
  const third = armOfP95s('more', [240, 260, 250, 245, 255]);
  const { value, blocks } = estimate([off, on, third], { off: -1, on: 0.5, more: 0.5 });
  close(value, (on.p95 + third.p95) / 2 - off.p95, 1e-12);
  close(blocks[0] ?? NaN, 30.5, 1e-9);
  assert.equal(estimate([off, on, third], { off: -1, on: 1, more: 0 }).value, on.p95 - off.p95);
});

test('what makes no sense is refused in one line', () => {
  assert.throws(() => estimate([off], overhead), /no arm "on": there are off/);
  assert.throws(() => estimate([off, on], { off: -1, on: 2 }), /sum to 1: they must sum to 0/);
  assert.throws(() => estimate([off, on], {}), /without weights/);
  assert.throws(() => estimate([off, on], { off: NaN, on: 1 }), /sum to NaN/);
  assert.throws(() => estimate([off, armOfP95s('on', [1, 2])], overhead), /5 and 2 blocks/);
  assert.throws(() => estimate([off, { ...on, p95: NaN }], overhead), /P95 of arm "on" is NaN/);
  assert.throws(
    () =>
      estimate(
        [
          off,
          { ...on, blocks: on.blocks.map((block, b) => (b === 2 ? { p95: Infinity, requests: 1 } : block)) },
        ],
        overhead,
      ),
    /arm "on" in block 3 is Infinity/,
  );
});
