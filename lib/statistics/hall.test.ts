import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import golden from '../../test/golden/statistics/deviations.json' with { type: 'json' };
import { hallDeviations, studentDeviations, widerDeviations } from './hall.ts';

test('Student’s and Hall’s deviations equal those of scipy', () => {
  for (const { values, tail, student, hall } of golden) {
    close(studentDeviations(values, tail).below, student, 1e-9);
    close(studentDeviations(values, tail).above, student, 1e-9);
    close(hallDeviations(values, tail).below, hall.below, 1e-9);
    close(hallDeviations(values, tail).above, hall.above, 1e-9);
    const wider = widerDeviations(values, tail);
    close(wider.below, Math.max(student, hall.below), 1e-9);
    close(wider.above, Math.max(student, hall.above), 1e-9);
  }
});

test('without skewness both are the same', () => {
  const symmetric = [1, 2, 3, 4, 5];
  close(hallDeviations(symmetric, 0.05).above, studentDeviations(symmetric, 0.05).above, 1e-12);
});

test('a right skew widens the upper side alone, a left skew the lower', () => {
  const skewed = [0, 1, 1, 2, 2, 3, 20];
  const student = studentDeviations(skewed, 0.05);
  const right = widerDeviations(skewed, 0.05);
  assert.ok(right.above > 1.1 * student.above);
  assert.equal(right.below, student.below);
  const left = widerDeviations(
    skewed.map((value) => -value),
    0.05,
  );
  close(left.below, right.above, 1e-12);
});

test('two values go by Student alone; equal values have no spread; one value has no deviation', () => {
  assert.deepEqual(widerDeviations([1, 3], 0.05), studentDeviations([1, 3], 0.05));
  assert.deepEqual(widerDeviations([7, 7, 7], 0.05), { below: 0, above: 0 });
  assert.deepEqual(widerDeviations([0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 0.05).above < 1e-15, true);
  assert.throws(() => widerDeviations([7], 0.05), /at least 2/);
});
