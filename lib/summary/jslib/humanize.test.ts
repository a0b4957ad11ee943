import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { humanizeValue } from 'k6-jslib-summary';

type Row = [value: number, type: string, contains: string, unit: string, text: string];

const rows = JSON.parse(
  readFileSync(new URL('../../../test/golden/jslib/humanize.json', import.meta.url), 'utf8'),
) as Row[];

test('values read as in the public summary library of k6', () => {
  for (const [value, type, contains, unit, text] of rows) {
    assert.equal(
      humanizeValue(value, { type, contains }, unit),
      text,
      `${value} of a ${type} of ${contains}, unit "${unit}"`,
    );
  }
});

test('without a unit a time chooses its own', () => {
  assert.equal(humanizeValue(1500, { type: 'trend', contains: 'time' }), '1.5s');
  assert.equal(humanizeValue(1500, { type: 'trend', contains: 'time' }, null), '1.5s');
});

test('more than yottabytes are yottabytes', () => {
  assert.equal(humanizeValue(1e27, { type: 'counter', contains: 'data' }), '1000 YB');
});

test('what is not a finite number reads n/a, whatever the metric', () => {
  for (const contains of ['time', 'data', 'default']) {
    for (const value of [undefined, null, Number.NaN, Infinity, -Infinity]) {
      assert.equal(humanizeValue(value, { type: 'trend', contains }, 'ms'), 'n/a');
    }
  }
});
