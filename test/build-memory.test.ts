/** What a build remembers, so that nothing is checked or built twice: it must be what was checked, and what was built. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { copyProject, start } from './support/project.ts';

/** What check-thresholds.mjs gives to builds. */
interface Check {
  checkedThresholds: (hashOf: () => string) => {
    setup: (build: { onStart: (check: () => Promise<unknown>) => void }) => void;
  };
  stateOf: (hashOf: () => string) => string;
}

const { folder } = await copyProject();
const read = (name: string) => readFile(join(folder, name), 'utf8');

test('the command line and `npm run build` build the same', async () => {
  // The copy was built as the command line builds.
  const before = await read('dist/built-from');
  const { code, stderr } = await start(process.execPath, ['build.mjs'], { cwd: folder });
  assert.equal(code, 0, stderr);
  assert.equal(await read('dist/built-from'), before);
});

test('what is saved while thresholds/ is checked is checked the next time', async () => {
  const { checkedThresholds, stateOf } = (await import(join(folder, 'check-thresholds.mjs'))) as Check;
  let saved = 'before';
  const checks: (() => Promise<unknown>)[] = [];
  checkedThresholds(() => saved).setup({ onStart: (check) => checks.push(check) });
  const checking = checks[0]?.();
  saved = 'meanwhile';
  assert.deepEqual(await checking, { errors: [] });
  assert.equal(
    await read('.cache/checked-thresholds'),
    stateOf(() => 'before'),
  );
});
