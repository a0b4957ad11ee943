import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeBars } from '../cli/calibrate/simulate.ts';
import { runCalibration } from './support/calibration-criteria.ts';

// What chance explains at this size is computed, not guessed.
const SIZE = 40;
const progress: number[][] = [];
const results = runCalibration(SIZE, (done, all) => progress.push([done, all]));
const bars = results.filter(({ isControl }) => !isControl);

test('every bar is met, but for those known not to be', () => {
  assert.deepEqual(
    bars.filter(({ met, known }) => !met && known === undefined),
    [],
  );
});

test('`calibrate --simulate` prints every bar, and ends with 0 where none is missed', () => {
  const { lines, code } = describeBars(results, SIZE);
  assert.equal(code, 0);
  assert.match(lines[0] ?? '', /^bar +measured +allowed/);
  for (const [i, { name }] of results.entries()) assert.ok(lines[i + 1]?.startsWith(`${name}  `), name);
  const counts = /^\d+ bars, \d+ wrong estimators .*: \d+ as they should, \d+ missed as known, 0 not$/m;
  assert.match(lines.join('\n'), counts);
  const [done, all] = progress.at(-1) ?? [];
  assert.equal(done, all);
  const broken = results.map((bar) => (bar === bars[0] ? { ...bar, met: false } : bar));
  assert.equal(describeBars(broken, SIZE).code, 1);
});

test('the bars can fail: with a wrong estimator they do', () => {
  // Those that show at this size; all of them at full size.
  const far = results.filter(({ name }) =>
    /^control: .*(t over blocks|halves|baseline first|early stop)/.test(name),
  );
  assert.ok(far.length >= 4);
  const missed = far.filter(({ measured, limit: [low, high] }) => measured < low || measured > high);
  assert.ok(missed.length >= 4, JSON.stringify(far));
});

test('all bars are there, each with a wrong estimator', () => {
  const count = (list: typeof results, start: string) =>
    list.filter(({ name }) => name.startsWith(start)).length;
  assert.deepEqual(
    ['1 ', '2 ', '3 at', '3 covers', '4 wrong', '4 more', '5 ', '6 ', '10 ', '12 ', '13 '].map((start) =>
      count(bars, start),
    ),
    [32, 104, 36, 4, 16, 6, 5, 2, 2, 10, 2],
  );
  for (const number of ['1', '2', '3', '4', '5', '6', '10', '12', '13'])
    assert.ok(count(results, `control: ${number} `) > 0, number);
});
