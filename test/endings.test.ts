/** Every row of docs/what-ends-how.md is the expectation of a test. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { testFiles } from './files.mjs';
import { endings } from './support/endings.ts';

test('every row of docs/what-ends-how.md is read by a test', () => {
  const tests = testFiles('lib', 'cli', 'test', 'target', 'thresholds').map((file) =>
    readFileSync(file, 'utf8'),
  );
  const unread = [...endings.keys()].filter((name) => !tests.some((text) => text.includes(`'${name}'`)));
  assert.deepEqual(unread, []);
});
