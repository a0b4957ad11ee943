/** `npm run manifests` in environments that a team has made its own. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertEnding } from './support/endings.ts';
import { copyProject } from './support/project.ts';

const environment = (name: string, switching: string) => `
import type { Environment } from './types.ts';
export const ${name}: Environment = {
  baseUrl: 'https://${name}.example.com',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching: { ${switching}, timeoutMs: 10_000, proof: [{ by: 'echo', header: 'X-Flags' }] },
};`;
const call = `{ method: 'PUT', url: 'https://flags.example.org/all', auth: { variable: 'FLAGS_TOKEN' }, body: '{settings}' }`;
const project = await copyProject({
  'thresholds/staging.ts': environment('staging', `by: 'call', write: ${call}`),
  'thresholds/ci.ts': environment('ci', `by: 'command', run: './switch.sh', readyTimeoutMs: 10_000`),
});

/** The test run that the command has written last. */
async function testRunIn(stdout: string): Promise<string> {
  const file = stdout.split('\n').findLast((line) => /\/\d-[a-z]+\.yaml$/.test(line)) ?? '';
  return readFile(join(project.folder, file), 'utf8');
}

test('the environment that the options or the shell name is in the name, and in the pods', async () => {
  const ways: [args: string[], env: NodeJS.ProcessEnv, environment: string][] = [
    [['--env', 'staging'], {}, 'staging'],
    [['--set', 'TEST_ENV=staging'], {}, 'staging'],
    [[], { TEST_ENV: 'staging' }, 'staging'],
    [['--env', 'ci'], { TEST_ENV: 'staging' }, 'ci'],
    [[], { TEST_ENV: '' }, 'local'],
  ];
  for (const [args, env, environment] of ways) {
    const { code, stdout, stderr } = await project.cli(['manifests', 'light', ...args], { env });
    assert.equal(code, 0, stderr);
    const what = `${args.join(' ')} ${JSON.stringify(env)}`;
    assert.match(stdout, new RegExp(`/light-${environment}-\\d{8}t\\d{6}/3-light\\.yaml`), what);
    assert.match(await testRunIn(stdout), new RegExp(`name: TEST_ENV\\s+value: ${environment}\\s`), what);
  }
});

test('a run that switches has the secrets of switching, by reference; another has not', async () => {
  const keys = async (...args: string[]) => {
    const { code, stdout, stderr } = await project.cli(['manifests', ...args, '--env', 'staging']);
    assert.equal(code, 0, stderr);
    return [...(await testRunIn(stdout)).matchAll(/key: (\w+)/g)].map(([, key]) => key);
  };
  assert.deepEqual(await keys('overhead'), ['AUTH_TOKEN', 'FLAGS_TOKEN']);
  assert.deepEqual(await keys('smoke', '--set', 'ENABLE_OBSERVABILITY=false'), ['AUTH_TOKEN', 'FLAGS_TOKEN']);
  assert.deepEqual(await keys('smoke'), ['AUTH_TOKEN']);
});

test('what only the command line could switch is refused before it is in a cluster', async () => {
  for (const args of [['overhead'], ['capacity'], ['smoke', '--set', 'ENABLE_OBSERVABILITY=false']]) {
    const { code, stderr } = await project.cli(['manifests', ...args, '--env', 'ci']);
    assertEnding('manifests-command', { code, output: stderr });
  }
  const { code, stderr } = await project.cli(['manifests', 'smoke', '--env', 'ci']);
  assert.equal(code, 0, stderr);
});
