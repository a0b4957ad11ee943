import assert from 'node:assert/strict';
import { test } from 'node:test';
import { humanDuration, humanMs, humanShare, table } from './format.ts';
import { reportName } from '../result/report-name.ts';

test('numbers for people', () => {
  assert.deepEqual([0, 9.994, 9.996, 123.44, -3.5, -12].map(humanMs), [
    '0.00 ms',
    '9.99 ms',
    '10.00 ms',
    '123.4 ms',
    '-3.50 ms',
    '-12.0 ms',
  ]);
  assert.deepEqual([0, 0.0042, 1].map(humanShare), ['0.00 %', '0.42 %', '100.00 %']);
  assert.deepEqual([250, 999, 1_400, 90_499].map(humanDuration), ['250ms', '999ms', '1s', '1m30s']);
});

test('columns are aligned, and no line ends in blanks', () => {
  assert.deepEqual(table([['a', 'bbb', 'c'], ['aaaa', 'b', ''], ['x']]), ['a     bbb  c', 'aaaa  b', 'x']);
  assert.deepEqual(table([]), []);
});

test('names of reports sort by time and hold no character that a file system minds', () => {
  const name = reportName('heavy', 'staging', new Date('2026-11-24T08:02:15.123Z'));
  assert.equal(name, 'heavy-staging-20261124T080215123Z');
});
