/** What is wrong in thresholds/ is an error of the build, and ends k6 at init where a bundle was made in spite of it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import { assertEnding } from './support/endings.ts';
import { copyProject } from './support/project.ts';

const project = await copyProject();
const file = join(project.folder, 'thresholds/local.ts');
const original = await readFile(file, 'utf8');

/** An environment in which a misspelt name is hidden from TypeScript. */
const hidden = (changes: string) => `${original}
Object.assign(local, { ${changes} });`;

interface Built {
  code: number;
  output: string;
}

/** `npm run build`, in the copy. */
async function buildWith(thresholds: string): Promise<Built> {
  await writeFile(file, thresholds);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['build.mjs'], { cwd: project.folder });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, output: stderr };
  }
}

const bundle = () => readFile(join(project.folder, 'dist/heavy.js'), 'utf8');

test('the build checks types and names, and writes nothing that is wrong', async () => {
  const before = await bundle();
  const misspelt = original.replace('overhead: {', 'overhead: { budgetMS: 20,');
  assert.notEqual(misspelt, original);
  assertEnding('build-wrong-type', await buildWith(misspelt));
  assertEnding('build-misspelt-name', await buildWith(hidden('overhead: { budgetMS: 20 }')));
  assertEnding('build-broken-file', await buildWith(`${original}\nexport const x = {`));
  assert.equal(await bundle(), before);
  assert.equal((await buildWith(hidden('overhead: { budgetMs: 20 }'))).code, 0);
  assert.notEqual(await bundle(), before, 'the hash of thresholds/ stands in it');
});

test('a file that cannot be parsed is one line of every command', async () => {
  await writeFile(file, `${original}\nexport const x = {`);
  try {
    const { code, stderr } = await project.cli(['run', 'light']);
    assertEnding('command-broken-file', { code, output: stderr });
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  } finally {
    await writeFile(file, original);
  }
});

test('an address that is none, and hosts as Docker Compose and DNS name them', async () => {
  const env = { AUTH_TOKEN: 'a-token' };
  const wrong = await project.run('light', { env: { ...env, BASE_URL: 'http://-api:3000' } });
  assertEnding('odd-host', { code: wrong.code, output: wrong.stderr });
  for (const BASE_URL of ['http://api_gateway:1', 'http://api.invalid.:1']) {
    const { code, report } = await project.run('light', { env: { ...env, BASE_URL } });
    assert.equal(code, 108);
    assert.match(report, new RegExp(`the target does not answer: GET ${BASE_URL}/`));
  }
});

/** A bundle as another bundler would make it: without the check, and with that of a run. */
async function buildUnchecked(thresholds: string): Promise<void> {
  await writeFile(file, thresholds);
  const { bundleOptions } = (await import(join(project.folder, 'build.mjs'))) as {
    bundleOptions: () => BuildOptions;
  };
  const options = bundleOptions();
  const own = ['thresholds', 'checked-before'];
  await build({ ...options, plugins: options.plugins?.filter(({ name }) => !own.includes(name)) ?? [] });
}

test('a misspelt name ends k6 at init with 107 and one line', async () => {
  const cases: [name: string, scenario: string, changes: string][] = [
    ['misspelt-limit', 'heavy', 'scenarios: { heavy: { limits: { p95ms: 120 } } }'],
    ['misspelt-budget', 'overhead', 'overhead: { budgetMS: 20 }'],
    ['unknown-setting', 'light', "overhead: { colour: 'red' }"],
  ];
  for (const [name, scenario, changes] of cases) {
    await buildUnchecked(hidden(changes));
    const { code, stderr, result } = await project.run(scenario, { env: { AUTH_TOKEN: 'a-token' } });
    assertEnding(name, { code, output: stderr });
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.equal(result, null);
  }
});
