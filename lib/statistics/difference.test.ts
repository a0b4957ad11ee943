import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference } from './difference.ts';

const measured = (value: number, lower: number, upper: number) => ({ value, interval: { lower, upper } });

test('the deviations of both add up as squares, each on its side', () => {
  assert.deepEqual(difference(measured(90, 86, 94), measured(30, 27, 33)), measured(60, 55, 65));
  assert.deepEqual(difference(measured(90, 86, 102), measured(30, 25, 33)), measured(60, 55, 73));
});

test('two equal numbers differ by nothing, within both intervals', () => {
  const { value, interval } = difference(measured(50, 47, 53), measured(50, 46, 54));
  assert.equal(value, 0);
  assert.deepEqual(interval, { lower: -5, upper: 5 });
});
