/** What the build does to a script, on real k6: what is created when, where k6's modules can be reached, what a user holds. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { buildBundles, bundleOptions } from '../build.mjs';
import { provideK6 } from '../cli/k6/provide.ts';
import { copyProject, start } from './support/project.ts';

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
  export default async function reach(where: string): Promise<number> {
    const modules = [typeof execution.test.abort, typeof http.get, typeof expectedStatuses(200)];
    console.log(where + ': ' + modules.join() + ' ' + helper(1, 2));
    return 42;
  }`;

const helper = `
  console.log('helper created, user ' + __VU);
  export const helper = (...numbers: number[]) => numbers.length;`;

test('a deferred module is created where it is called, in no other user', async () => {
  const lines = await runBundle({
    'tool.ts': tool,
    'helper.ts': helper,
    'main.ts': `
      import reach from './tool.ts' with { load: 'deferred' };
      const answer = __VU === 0 ? reach('init') : undefined;
      export const options = { vus: 2, iterations: 2 };
      export const setup = () => answer;
      export default function (data: number) { console.log('iteration: ' + data); }
      export function handleSummary() { return {}; }`,
  });
  const created = ['helper created, user 0', 'tool created, user 0', 'init: function,function,object 2'];
  const times = lines.filter((line) => line === created[0]).length;
  const iterations = Array.from({ length: 2 }, () => 'iteration: 42');
  assert.deepEqual(
    lines.toSorted(),
    [...Array.from({ length: times }, () => created).flat(), ...iterations].toSorted(),
  );
});

test('one without modules of k6 may be called at any time, by any user', async () => {
  const lines = await runBundle({
    'double.ts': `console.log('created'); export default (value: number) => 2 * value;`,
    'main.ts': `
      import double from './double.ts' with { load: 'deferred' };
      export default function () { console.log('double: ' + double(21)); }
      export function handleSummary() { console.log('end: ' + double(1)); return {}; }`,
  });
  assert.deepEqual(lines, ['created', 'double: 42', 'created', 'end: 2']);
});

test('a deferred module may defer another', async () => {
  const lines = await runBundle({
    'inner.ts': `console.log('inner created'); export default () => 'inner in user ' + __VU;`,
    'outer.ts': `
      import inner from './inner.ts' with { load: 'deferred' };
      export default () => { console.log('outer'); return inner(); };`,
    'main.ts': `
      import outer from './outer.ts' with { load: 'deferred' };
      export default function () { console.log(outer()); }
      export const handleSummary = () => ({});`,
  });
  assert.deepEqual(lines, ['outer', 'inner created', 'inner in user 1']);
});

test('another value of the attribute is an error of the build', async () => {
  await writeFile(join(folder, 'main.ts'), `import f from './f.ts' with { load: 'never' }; f();`);
  await writeFile(join(folder, 'f.ts'), 'export default () => 1;');
  await assert.rejects(bundle(), /load: 'never'; expected 'deferred'/);
});

test('errors name the line of the source, in deferred modules as well', async () => {
  const lines = await runBundle({
    'deferred.ts': `
      type Seconds = number;

      export default function fail(after: Seconds): never {
        throw new Error('deferred after ' + after);
      }`,
    'main.ts': `
      import {
        sleep,
      } from 'k6';
      import fail from './deferred.ts' with { load: 'deferred' };
      type Seconds = number;

      function failAt(after: Seconds): never {
        sleep(after);
        throw new Error('as meant');
      }
      export default function () {
        try { fail(1); } catch (error) { console.log(error.stack); }
        failAt(0.01);
      }
      export const handleSummary = () => ({});`,
  });
  const text = lines.join('\n');
  assert.match(text, /deferred after 1\s+at fail \(.*deferred\.ts:5:\d+/);
  assert.match(text, /as meant[^]*at failAt \(.*main\.ts:10:\d+/);
});

test('a bundle is code that a person can read, and holds none as text', async () => {
  const { bundles } = await buildBundles();
  for (const name of bundles) {
    const text = await readFile(join(import.meta.dirname, `../dist/${name}.js`), 'utf8');
    const longest = Math.max(...text.split('\n').map((line) => line.length));
    assert.ok(longest < 1_000, `${name}.js has a line of ${longest} characters`);
    assert.doesNotMatch(text, /new Function|\beval\(/);
  }
});

test('every source that a source map names is there', async () => {
  const { bundles } = await buildBundles();
  const dist = join(import.meta.dirname, '../dist');
  for (const name of bundles) {
    const { sources } = JSON.parse(await readFile(join(dist, `${name}.js.map`), 'utf8')) as {
      sources: string[];
    };
    assert.ok(sources.length > 100, `${name}: ${sources.length} sources`);
    assert.deepEqual(
      sources.filter((source) => !existsSync(join(dist, source))),
      [],
      name,
    );
  }
});

test('a load holds the code that follows workflows only where an environment asks for it', async () => {
  // Those of this project time whole answers; test/api-kinds.test.ts runs others.
  const text = await readFile(join(import.meta.dirname, '../dist/light.js'), 'utf8');
  assert.doesNotMatch(text, /status stands on the same host/);
  const overhead = await readFile(join(import.meta.dirname, '../dist/overhead.js'), 'utf8');
  assert.match(overhead, /status stands on the same host/);
});

test('what dist/ holds stays where it was built from the same, and is built anew where a source or a bundle is another', async () => {
  const { folder: copy } = await copyProject();
  const heavy = join(copy, 'dist/heavy.js');
  const buildCopy = async () => {
    const { code, stderr } = await start(process.execPath, [join(copy, 'build.mjs')], { cwd: copy });
    assert.equal(code, 0, stderr);
    return (await stat(heavy)).mtimeMs;
  };
  const built = await buildCopy();
  assert.equal(await buildCopy(), built);
  const text = await readFile(heavy, 'utf8');
  await appendFile(heavy, '// edited');
  await buildCopy();
  assert.equal(await readFile(heavy, 'utf8'), text);
  await appendFile(join(copy, 'lib/api/pick.ts'), "console.log('an edited source');");
  await buildCopy();
  assert.match(await readFile(heavy, 'utf8'), /an edited source/);
});
