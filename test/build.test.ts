/** What the build does to a script, on real k6: what is created when, where k6's modules can be reached, what a user holds. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleOptions } from '../build.mjs';
import { provideK6 } from '../cli/k6/provide.ts';

/** Where `late` is. */
const lateModule = join(import.meta.dirname, '../lib/k6/late.ts');

let folder: string;
let k6: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-test-'));
  k6 = (await provideK6()).path;
});

after(async () => {
  await rm(folder, { recursive: true });
});

/** Bundles `files`, of which main.ts is the entry, and gives the lines that the script printed under k6. */
async function runBundle(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await bundle();
  const args = ['run', '--quiet', '--no-usage-report', '--log-format', 'raw', join(folder, 'main.js')];
  const { stderr } = await promisify(execFile)(k6, args);
  return stderr.trim().split('\n');
}

async function bundle(): Promise<void> {
  await build({
    ...bundleOptions(),
    entryPoints: [join(folder, 'main.ts')],
    outdir: folder,
    logLevel: 'silent',
  });
}

const tool = `
  import execution from 'k6/execution';
  import http, { expectedStatuses } from 'k6/http';
  import { helper } from './helper.ts';
  console.log('tool created, user ' + __VU);
  export async function reach(where: string): Promise<number> {
    const modules = [typeof execution.test.abort, typeof http.get, typeof expectedStatuses(200)];
    console.log(where + ': ' + modules.join() + ' ' + helper(1, 2));
    return 42;
  }`;

const helper = `
  console.log('helper created, user ' + __VU);
  export const helper = (...numbers: number[]) => numbers.length;`;

test('once: created at the first call, by none of the users that run iterations', async () => {
  const lines = await runBundle({
    'tool.ts': tool,
    'helper.ts': helper,
    'main.ts': `
      import { reach } from './tool.ts' with { load: 'once' };
      export const options = { vus: 2, iterations: 2 };
      export async function setup() {
        console.log('before the call');
        reach('setup');
        return await reach('setup again');
      }
      export default function (data: number) {
        console.log('iteration: ' + typeof reach + ' ' + data);
      }
      export function teardown() { reach('teardown'); }
      export function handleSummary() { reach('handleSummary'); return {}; }`,
  });
  const created = ['helper created, user 0', 'tool created, user 0'];
  const reached = 'function,function,object 2';
  assert.deepEqual(lines, [
    'before the call',
    ...created,
    `setup: ${reached}`,
    `setup again: ${reached}`,
    'iteration: undefined 42',
    'iteration: undefined 42',
    ...created,
    `teardown: ${reached}`,
    ...created,
    `handleSummary: ${reached}`,
  ]);
});

test('once: at init of the first user, where options are made', async () => {
  const lines = await runBundle({
    'tool.ts': tool,
    'helper.ts': helper,
    'main.ts': `
      import { reach } from './tool.ts' with { load: 'once' };
      if (__VU === 0) reach('init');
      export default function () {}
      export const handleSummary = () => ({});`,
  });
  assert.ok(lines.includes('init: function,function,object 2'), lines.join('\n'));
  assert.ok(!lines.some((line) => /created, user [1-9]/.test(line)), lines.join('\n'));
});

test('late: any user may compile it, with k6 modules if at init', async () => {
  const lines = await runBundle({
    'tool.ts': tool,
    'helper.ts': helper,
    'pure.ts': `export const double = (value: number) => 2 * value;`,
    'main.ts': `
      import { late } from '${lateModule}';
      import { double } from './pure.ts' with { load: 'late' };
      import { reach } from './tool.ts' with { load: 'late' };
      const inUser = __VU > 0 ? late(reach) : undefined;
      if (inUser) inUser('init of user ' + __VU);
      export default function () {
        inUser('iteration of user ' + __VU);
        console.log('double: ' + late(double)(21));
      }
      export const handleSummary = () => ({});`,
  });
  assert.deepEqual(lines, [
    'helper created, user 1',
    'tool created, user 1',
    'init of user 1: function,function,object 2',
    'iteration of user 1: function,function,object 2',
    'double: 42',
  ]);
});

test('a module that another such module imports is created with it', async () => {
  const lines = await runBundle({
    'inner.ts': `export const inner = () => 'inner in user ' + __VU;`,
    'other.ts': `export const other = () => ', and so is another';`,
    'outer.ts': `
      import { late } from '${lateModule}';
      import { inner } from './inner.ts' with { load: 'once' };
      import { other } from './other.ts' with { load: 'late' };
      export const outer = () => console.log(inner() + late(other)());`,
    'main.ts': `
      import { late } from '${lateModule}';
      import { outer } from './outer.ts' with { load: 'late' };
      export default function () { late(outer)(); }
      export const handleSummary = () => ({});`,
  });
  assert.deepEqual(lines, ['inner in user 1, and so is another']);
});

test('another value of the attribute is an error of the build', async () => {
  await writeFile(join(folder, 'main.ts'), `import { f } from './f.ts' with { load: 'never' }; f();`);
  await writeFile(join(folder, 'f.ts'), 'export const f = () => 1;');
  await assert.rejects(bundle(), /load: 'never'; allowed: once, late/);
});

test('so is a second export of such a module', async () => {
  await writeFile(join(folder, 'main.ts'), `import { f } from './f.ts' with { load: 'once' }; f();`);
  await writeFile(join(folder, 'f.ts'), 'export const f = () => 1; export const g = () => 2;');
  await assert.rejects(bundle(), /f\.ts exports f, g; a module with load: exports one function/);
});

test('a script that exports nothing is an error of the build', async () => {
  await writeFile(join(folder, 'main.ts'), 'console.log(1);');
  await assert.rejects(bundle(), /main\.js exports nothing/);
});

test('at the top level stand imports and exports alone; errors still name the line of the source', async () => {
  const lines = await runBundle({
    'main.ts': `
      import {
        sleep,
      } from 'k6';
      type Seconds = number;

      function fail(after: Seconds): never {
        sleep(after);
        throw new Error('as meant');
      }
      export default function () {
        fail(0.01);
      }
      export const handleSummary = () => ({});`,
  });
  assert.match(lines.join('\n'), /as meant[^]*at fail \(.*main\.ts:9:\d+/);
  const text = await readFile(join(folder, 'main.js'), 'utf8');
  assert.match(
    text,
    /^import\{sleep\}from"k6";const\{default:main_default,handleSummary\}=\(\(\)=>\{[^\n]*\}\)\(\);export\{main_default as default,handleSummary\};\n\/\/# /,
  );
});
