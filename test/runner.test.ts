/** The runner of this project's own tests: what is not judged is no failure, and too much of it is one. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { runAll } from './runner.mjs';
import { start } from './support/project.ts';

const stalled = 'test/fixtures/runner/stalled.ts';
const judged = 'test/fixtures/runner/judged.ts';
const many = 'test/fixtures/runner/many.ts';

async function run(...files: string[]) {
  const { code, stdout } = await start(process.execPath, ['--import', 'tsx', 'test/main.mjs', ...files]);
  return { code, closing: stdout.split('\n').slice(-4).join('\n'), stdout };
}

test('a test that fails while its process is held up is not judged, and said to be', async () => {
  const { code, closing, stdout } = await run(stalled, judged);
  assert.equal(code, 0, stdout);
  assert.match(
    closing,
    /^skipped {2}test\/fixtures\/runner\/stalled\.ts: held up: not judged: the machine was too busy/m,
  );
  assert.match(closing, /^20 passed, 0 failed, 1 skipped$/m);
});

test('more than 10 % of the tests that measure not judged fails the run, however many others there are', async () => {
  const { code, closing, stdout } = await run(stalled, many);
  assert.equal(code, 1, stdout);
  assert.match(
    closing,
    /^FAILED {2}1 of 1 tests that measure were not judged; at most 10 %\n60 passed, 1 failed, 1 skipped$/m,
  );
});

test('a test that fails on a machine that is quiet fails the run', async () => {
  const { code, closing, stdout } = await run('test/fixtures/runner/broken.ts', many);
  assert.equal(code, 1, stdout);
  assert.match(
    closing,
    /^FAILED {2}test\/fixtures\/runner\/broken\.ts: wrong on any machine\n60 passed, 1 failed$/m,
  );
});

test('a failed assertion without a message says what it got, and where', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-assertion-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'false.test.ts');
  await writeFile(
    file,
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\ntest('no', () => {\n  assert.ok([1, 2].includes(3));\n});\n",
  );
  const { code, stdout } = await run(file);
  assert.equal(code, 1);
  assert.match(stdout, /AssertionError.*: expected a true value, not false\n.*false\.test\.ts:4:10\)/);
});

test('of files the first that fits begins, and never more are running than there are places for', async () => {
  const sizes: Record<string, number> = { a: 2, b: 1, c: 2, d: 1, e: 9, f: 1 };
  const begun: string[] = [];
  const end = new Map<string, () => void>();
  const run = (name: string) => {
    begun.push(name);
    return new Promise<string>((resolve) => {
      end.set(name, () => {
        resolve(name);
      });
    });
  };
  const all = runAll(Object.keys(sizes), run, 4, (name) => sizes[name] ?? 1);
  const after = async (name: string) => {
    end.get(name)?.();
    await setImmediate();
    return begun.join('');
  };
  await setImmediate();
  // `c` finds one place left and takes two, `e` would have them all.
  assert.equal(begun.join(''), 'abd');
  assert.equal(await after('b'), 'abdf');
  assert.equal(await after('f'), 'abdf');
  assert.equal(await after('a'), 'abdfc');
  assert.equal(await after('d'), 'abdfc');
  assert.equal(await after('c'), 'abdfce');
  await after('e');
  assert.deepEqual(await all, ['b', 'f', 'a', 'd', 'c', 'e']);
});
