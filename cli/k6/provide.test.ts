import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError } from '../errors.ts';
import { provideK6 } from './provide.ts';
import { bareMachine, k6Script, temporaryFolder, writeProgram } from '../../test/support/k6-archives.ts';
import { k6Version } from './version.ts';

test('K6_BIN comes before the cache, the cache before PATH', async (t) => {
  const folder = await temporaryFolder(t);
  const machine = bareMachine(folder);
  const onPath = await writeProgram(join(folder, 'bin/k6'), k6Script('2.1.0'));
  assert.deepEqual(await provideK6(machine), { path: onPath, version: '2.1.0', source: 'PATH' });

  const cached = await writeProgram(join(folder, 'cache', k6Version, 'k6'), 'exit 1');
  assert.deepEqual(await provideK6(machine), { path: cached, version: k6Version, source: 'cache' });

  const named = await writeProgram(join(folder, 'my-k6'), k6Script('2.0.0'));
  const env = { ...machine.env, K6_BIN: named };
  assert.deepEqual(await provideK6({ ...machine, env }), { path: named, version: '2.0.0', source: 'K6_BIN' });
  assert.deepEqual(machine.lines, [], 'nothing is announced where nothing is provided');
});

test('an empty K6_BIN is no K6_BIN', async (t) => {
  const folder = await temporaryFolder(t);
  const machine = bareMachine(folder);
  await writeProgram(join(folder, 'bin/k6'), k6Script('2.1.0'));
  assert.equal((await provideK6({ ...machine, env: { ...machine.env, K6_BIN: '' } })).source, 'PATH');
});

test('a K6_BIN that is no usable k6 is an error, even beside a good k6 on PATH', async (t) => {
  const folder = await temporaryFolder(t);
  const machine = bareMachine(folder);
  await writeProgram(join(folder, 'bin/k6'), k6Script('2.1.0'));
  await writeFile(join(folder, 'text'), '');
  await writeProgram(join(folder, 'old'), k6Script('1.4.0'));
  await writeProgram(join(folder, 'other'), 'echo hello');
  await writeProgram(join(folder, 'broken'), 'echo oh no >&2; exit 3');
  const messages: Record<string, RegExp> = {
    missing: /^K6_BIN=\S+missing: there is no such file; it must be the path of k6 2\.0 or newer$/,
    bin: /bin: there is no such file; it must/,
    text: /text: the file is not executable; it must/,
    old: /old: this is k6 1\.4\.0; it must/,
    other: /other: ".*other version" does not answer as k6 does; it must/,
    broken: /broken: ".*broken version" failed: .*; it must/,
  };
  for (const [name, message] of Object.entries(messages)) {
    const env = { ...machine.env, K6_BIN: join(folder, name) };
    await assert.rejects(provideK6({ ...machine, env }), (error) => {
      assert.ok(error instanceof CliError);
      assert.equal(error.exitCode, 1);
      assert.match(error.message, message);
      assert.ok(!error.message.includes('\n'), error.message);
      return true;
    });
  }
});

test('an old or broken k6 on PATH gets one line, and the search goes on', async (t) => {
  const folder = await temporaryFolder(t);
  for (const [script, line] of [
    [k6Script('1.4.0'), /^k6 1\.4\.0 at \S+bin\/k6 is not used: the suite needs 2\.0 or newer$/],
    ['echo hello', /^k6 at \S+bin\/k6 is not used: "\S+ version" does not answer as k6 does$/],
  ] as const) {
    const machine = bareMachine(folder);
    await writeProgram(join(folder, 'bin/k6'), script);
    await assert.rejects(provideK6(machine), /there is no k6 here/);
    assert.match(machine.lines[0] ?? '', line);
  }
});

test('without any way to k6 one line says how to install it, within seconds', async (t) => {
  const machine = bareMachine(await temporaryFolder(t));
  const start = performance.now();
  await assert.rejects(provideK6(machine), (error) => {
    assert.ok(error instanceof CliError);
    assert.equal(error.exitCode, 1);
    assert.match(error.message, /install k6 2\.0 or newer .*K6_BIN=<path>.*install Go/);
    return true;
  });
  assert.ok(performance.now() - start < 3_000);
  assert.match(machine.lines.at(-1) ?? '', /no release archive: http:.*ECONNREFUSED/);
});
