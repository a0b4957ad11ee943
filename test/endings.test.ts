/** Every row of docs/what-ends-how.md is the expectation of a test. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { endings } from './support/endings.ts';

test('every row of docs/what-ends-how.md is read by a test', () => {
  const tests = ['lib', 'cli', 'test', 'target', 'thresholds'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
      .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
  );
  const unread = [...endings.keys()].filter((name) => !tests.some((text) => text.includes(`'${name}'`)));
  assert.deepEqual(unread, []);
});
