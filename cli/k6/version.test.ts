import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isSupported, k6Version, parseVersion } from './version.ts';

test('the version is read from what k6 prints', () => {
  const outputs: [string, string | undefined][] = [
    ['k6 v2.2.0 (go1.26.8, linux/amd64)\n', '2.2.0'],
    ['k6.exe v2.2.0 (commit/abcdef, go1.26.8, windows/amd64)\r\n', '2.2.0'],
    ['k6 v2.0.0-rc1 (go1.25.0, darwin/arm64)\nExtensions:\n  a v1.0.0, k6/x/a [js]\n', '2.0.0-rc1'],
    ['k6 v0.49.0 (go1.21.6, linux/amd64)', '0.49.0'],
    ['jq-1.6', undefined],
    ['', undefined],
  ];
  for (const [output, version] of outputs) assert.equal(parseVersion(output), version, output);
});

test('2.0 is the oldest version that is used', () => {
  for (const version of ['2.0.0', '2.0.0-rc1', '2.2.0', '3.0.0', '10.1.0'])
    assert.ok(isSupported(version), version);
  for (const version of ['1.9.9', '1.99.0', '0.49.0']) assert.ok(!isSupported(version), version);
});

test('go.mod pins the version that is downloaded', async () => {
  const text = await readFile(join(import.meta.dirname, 'go.mod'), 'utf8');
  assert.match(text, new RegExp(`^\\s*go\\.k6\\.io/k6/v2 v${k6Version.replaceAll('.', '\\.')} `, 'm'));
});
