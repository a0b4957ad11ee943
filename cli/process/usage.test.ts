import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProc, parsePs } from './usage.ts';

test('/proc is read past a program name with blanks and brackets', () => {
  const stat = '42 (a b) c) S 1 42 42 0 -1 4194304 900 0 0 0 250 50 7 7 20 0 9 0 1000 123456 789';
  const status = 'Name:\ta b) c\nVmHWM:\t   3000 kB\nVmRSS:\t   2048 kB\n';
  assert.deepEqual(parseProc(stat, status), { cpuSeconds: 3, residentBytes: 2_097_152 });
  assert.equal(parseProc(stat, 'State:\tZ (zombie)\n'), undefined);
  assert.equal(parseProc('', status), undefined);
});

test('ps is read with and without hours and days', () => {
  assert.deepEqual(parsePs('   0:01.50   1024\n'), { cpuSeconds: 1.5, residentBytes: 1_048_576 });
  assert.deepEqual(parsePs('61:02.00 1\n'), { cpuSeconds: 3662, residentBytes: 1024 });
  assert.deepEqual(parsePs('1-02:03:04 1\n'), { cpuSeconds: 93_784, residentBytes: 1024 });
  assert.equal(parsePs(''), undefined);
});
