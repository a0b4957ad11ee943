import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isNewEnough } from './go.ts';
import { provideK6 } from './provide.ts';
import { bareMachine, k6Script, temporaryFolder, writeProgram } from '../../test/support/k6-archives.ts';
import { k6Version } from './version.ts';

// The build itself takes more than a minute; it is what a machine without a k6 does before its first test on k6.

/** The script of a Go 1.26 whose `go build … -o <path> …` runs `build` with `$out` set. */
const goScript = (build: string) => `
if [ "$1" = env ]; then echo go1.26.8; exit 0; fi
while [ "$1" != -o ]; do shift; done
out="$2"
${build}`;

test('where there is Go, k6 is built into the cache', async (t) => {
  const folder = await temporaryFolder(t);
  const machine = bareMachine(folder);
  const built = `printf '#!/bin/sh\\n%s\\n' "${k6Script(k6Version)}" > "$out"`;
  await writeProgram(join(folder, 'bin/go'), goScript(built));
  const path = join(folder, 'cache', k6Version, 'k6');
  assert.deepEqual(await provideK6(machine), { path, version: k6Version, source: 'go' });
  assert.match(
    machine.lines[2] ?? '',
    /^k6 \S+: building from source with go1\.26\.8, about 75 s .*, once …$/,
  );
  assert.match(machine.lines[3] ?? '', /^k6 \S+: built in \d+ s, kept as \S+$/);
  assert.deepEqual(await readdir(join(folder, 'cache', k6Version)), ['k6']);
});

test('a Go that cannot build it gets one line', async (t) => {
  const folder = await temporaryFolder(t);
  const cases: [string, RegExp][] = [
    ['echo go1.20.14', /not built: go1\.20\.14 is too old, Go 1\.25\.0 or newer is needed$/],
    [
      'echo "go: go.mod requires go >= 1.25.0 (running go 1.22.1; GOTOOLCHAIN=local)" >&2; exit 1',
      /not built: go: go\.mod requires go >= 1\.25\.0 \(running go 1\.22\.1; GOTOOLCHAIN=local\)$/,
    ],
    [
      goScript(
        'for line in "go: downloading a v1" "# a" "go: no network" advice; do echo "$line" >&2; done; exit 1',
      ),
      /not built: go: no network$/,
    ],
    [goScript('exit 2'), /not built: go build ended with 2$/],
    [goScript('exit 0'), /not built: .*no such file/],
  ];
  for (const [script, line] of cases) {
    const machine = bareMachine(folder);
    await writeProgram(join(folder, 'bin/go'), script);
    await assert.rejects(provideK6(machine), /there is no k6 here/);
    assert.match(machine.lines.at(-1) ?? '', line);
  }
  assert.deepEqual(await readdir(join(folder, 'cache', k6Version)), [], 'nothing of them is left');
});

test('Go versions are compared as numbers', () => {
  for (const found of ['go1.25.0', 'go1.25', 'go1.26.8', 'go1.100.0', 'go2.0.0', 'go1.27rc1']) {
    assert.ok(isNewEnough(found, '1.25.0'), found);
  }
  for (const found of ['go1.24.9', 'go1.9', 'go0.30', 'devel', ''])
    assert.ok(!isNewEnough(found, '1.25.0'), found);
});
