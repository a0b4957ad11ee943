/** Headers whose values are secrets: every request carries them, nothing that a run leaves behind shows them. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertEnding } from './support/endings.ts';
import { copyProject } from './support/project.ts';
import { healthy, serve, withProbe } from './support/servers.ts';
import { serveSwitchable } from './support/switchable.ts';

const project = await copyProject({
  'thresholds/local.ts': `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  api: { headers: { 'X-Api-Key': { variable: 'API_KEY' }, 'X-Tenant-Key': { secretSource: 'tenant' } } },
  monitor: { intervalMs: 100 },
  switching,
  overhead: { perSecond: 250, seconds: 0.8, settleSeconds: 0.1, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5 },
};`,
  'thresholds/staging.ts': `
import type { Environment } from './types.ts';
export const staging: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: { headers: { 'X-Api-Key': 'key-7f3a9c' } },
};`,
});
const secrets = join(project.folder, 'secrets.env');
await writeFile(secrets, 'tenant=ten-b22\n');
const args = [`--secret-source=file=${secrets}`];
const env = { API_KEY: 'key-a11' };

const servers = { light: () => serve(withProbe(() => healthy)), overhead: () => serveSwitchable() };
for (const [scenario, start] of Object.entries(servers)) {
  test(`${scenario}: every request carries them, also those of setup and of the monitor`, async () => {
    const { baseUrl, received } = await start();
    const run = await project.run(scenario, { env: { ...env, BASE_URL: baseUrl }, args });
    assert.ok(received.filter(({ method }) => method === 'POST').length >= 100, run.stderr);
    assert.ok(received.filter(({ path }) => path.endsWith('/queue-stats')).length >= 3, run.stderr);
    for (const { headers, path } of received)
      assert.deepEqual([headers['x-api-key'], headers['x-tenant-key']], ['key-a11', 'ten-b22'], path);
    const traces = [run.stdout, run.stderr, run.report, JSON.stringify(run.result)].join('\n');
    assert.ok(!/key-a11|ten-b22/.test(traces), traces);
  });
}

test('one whose variable is missing ends k6 at init with 107', async () => {
  const { code, stderr } = await project.run('light', { env: { AUTH_TOKEN: 'x' }, args });
  assertEnding('header-without-secret', { code, output: stderr });
});

test('no bundle holds them, and doctor warns of one in clear text', async () => {
  const server = await serve(withProbe(() => healthy));
  const bundle = await readFile(join(project.folder, 'dist/light.js'), 'utf8');
  assert.ok(!bundle.includes('key-a11') && bundle.includes('key-7f3a9c'));
  const warned = await project.cli(['doctor', 'light', '--env', 'staging'], {
    env: { ...process.env, AUTH_TOKEN: 'x', BASE_URL: server.baseUrl },
  });
  assertEnding('header-in-clear-text', { code: warned.code, output: warned.stdout + warned.stderr });
  assert.ok(!warned.stdout.includes('key-7f3a9c'), warned.stdout);
  const named = await project.cli(['doctor', 'light'], {
    env: { ...process.env, ...env, BASE_URL: server.baseUrl },
  });
  assert.match(named.stdout, /X-Api-Key: from API_KEY; X-Tenant-Key: from the secret source, tenant/);
  assert.ok(!/clear text|key-a11/.test(named.stdout), named.stdout);
});

test('the scripts of a manifest hold their environment alone', async () => {
  const scriptsFor = async (environment: string) => {
    const out = join(project.folder, 'manifests', environment);
    const { code, stderr } = await project.cli(
      ['manifests', 'light', '--env', environment, '--name', 'light', '--out', out],
      { env: { ...process.env, ...env } },
    );
    assert.equal(code, 0, stderr);
    return readFile(join(out, '2-scripts.yaml'), 'utf8');
  };
  assert.ok((await scriptsFor('staging')).includes('key-7f3a9c'));
  assert.ok(!(await scriptsFor('ci')).includes('key-7f3a9c'));
});
