import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagNames, flagsFrom, formatFlags, parseFlagHeader, parseFlagObject } from './flags.ts';

test('flags are true unless they are given', () => {
  const flags = flagsFrom((name) => (name === 'TRACK_MODEL_COSTS' ? false : undefined));
  assert.deepEqual(
    flagNames.filter((name) => !flags[name]),
    ['TRACK_MODEL_COSTS'],
  );
});

test('the header is read as it is written, and may name some flags only', () => {
  const flags = flagsFrom((name) => name !== 'ENABLE_LANGFUSE_EXPORT');
  assert.deepEqual(parseFlagHeader(formatFlags(flags)), flags);
  assert.deepEqual(parseFlagHeader('TRACK_MODEL_COSTS=false, ENABLE_OBSERVABILITY=true'), {
    TRACK_MODEL_COSTS: false,
    ENABLE_OBSERVABILITY: true,
  });
});

test('a wrong header or object is one line that says what is right', () => {
  for (const text of [
    '',
    'TRACK_MODEL_COSTS',
    'TRACK_MODEL_COSTS=1',
    'TRACK_MODEL_COSTS=constructor',
    'NOTHING=true',
    'TRACK_MODEL_COSTS=true,',
  ])
    assert.throws(
      () => parseFlagHeader(text),
      /is not NAME=true or NAME=false with one of ENABLE_OBSERVABILITY/,
    );
  assert.throws(() => parseFlagObject(null), { message: /^flags: must be an object/ });
  assert.throws(() => parseFlagObject([]), { message: /^flags: must be an object/ });
  assert.throws(() => parseFlagObject({ toString: true }), { message: /^flags\.toString: no such flag/ });
});
