import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT_CODES, exitCodeOf, OUTCOMES } from './exit-codes.ts';

test('k6 ends with 99 for its thresholds, 105 for Ctrl+C, 107 for a script error, 108 for an abort, 110 for a failed test', () => {
  const { failed, interrupted, invalid, inconclusive } = EXIT_CODES;
  assert.deepEqual([failed, interrupted, invalid, inconclusive], [99, 105, 108, 110]);
  assert.equal(EXIT_CODES['wrong setting'], 107);
});

test('only what was asked for and held ends with 0', () => {
  const verdicts = Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[];
  assert.deepEqual(
    verdicts.filter((verdict) => exitCodeOf(verdict) === 0),
    ['PASS', 'MEASURED', 'NOISE_FLOOR'],
  );
});
