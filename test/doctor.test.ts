/** The doctor on real targets: what is fine, what is not, what to do, and no secret in any of it. */
import assert from 'node:assert/strict';
import { writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startTarget } from '../target/testing/start.ts';
import { copyProject } from './support/project.ts';
import { healthy, REFUSED_ADDRESS, serve, withProbe } from './support/servers.ts';

const production = `
import type { Environment } from './types.ts';
export const production: Environment = {
  baseUrl: 'http://localhost:1',
  protected: true,
  auth: { type: 'oauth2', tokenUrl: '/oauth/token', clientId: 'local-client', clientSecret: { variable: 'CLIENT_SECRET' } },
  api: { headers: { 'X-Api-Key': 'key-5e1f' } },
};`;
const project = await copyProject({ 'thresholds/production.ts': production });
const target = await startTarget({ quiet: true });
after(() => target.stop());
const env = { BASE_URL: target.baseUrl, AUTH_TOKEN: target.token };

/** Lines of one kind, by subject. */
function found(stdout: string, status: 'ok' | 'note' | 'problem'): string[] {
  return stdout.split('\n').flatMap((line) => new RegExp(`^${status} +(\\w+) `).exec(line)?.[1] ?? []);
}

test('all is fine: 0, the effective configuration, and the command to type next', async () => {
  const { code, stdout } = await project.cli(['doctor', 'heavy', '--env', 'staging', '--set', 'P95=120'], {
    env,
  });
  assert.equal(code, 0, stdout);
  assert.deepEqual(found(stdout, 'problem'), []);
  const subjects = ['settings', 'floors', 'k6', 'bundle', 'reports', 'payload', 'target', 'token', 'flags'];
  assert.deepEqual(found(stdout, 'ok'), subjects);
  assert.match(stdout, /^load +stages 30s→50, 1m→50, 15s→0; think time 1 s$/m);
  assert.match(stdout, /^gates +.*p\(95\)<120 ms/m);
  assert.match(stdout, /^Next: npm run run -- heavy --env staging --set P95=120$/m);
  assert.ok(!stdout.includes(target.token));
});

test('it leaves the flags as they are, and sends no load', async () => {
  const url = `${target.baseUrl}/api/v1/observability`;
  const headers = { Authorization: `Bearer ${target.token}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ flags: { TRACK_MODEL_COSTS: false } });
  await fetch(`${url}/flags`, { method: 'PUT', headers, body });
  const { code, stdout } = await project.cli(['doctor', 'heavy'], {
    env: { ...env, TRACK_MODEL_COSTS: 'true' },
  });
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^ok +flags .*TRACK_MODEL_COSTS=false.*this run asks for TRACK_MODEL_COSTS=true$/m);
  const { flags } = (await (await fetch(`${url}/flags`, { headers })).json()) as {
    flags: Record<string, boolean>;
  };
  assert.equal(flags.TRACK_MODEL_COSTS, false);

  const server = await serve(withProbe(() => healthy));
  await project.cli(['doctor', 'heavy'], { env: { ...env, BASE_URL: server.baseUrl } });
  assert.ok(server.received.every(({ path }) => path.startsWith('/api/v1/observability/')));
});

test('each problem has a line that says what to do: 1', async () => {
  const starting = await serve(() => ({ status: 503 }));
  const noFlags = await serve(withProbe(() => healthy));
  const cases: [
    what: string,
    args: string[],
    more: Record<string, string>,
    subject: string,
    remedy: RegExp,
  ][] = [
    [
      'target down',
      [],
      { BASE_URL: REFUSED_ADDRESS },
      'target',
      /→ start the target .*or give its address by BASE_URL/,
    ],
    ['target not ready', [], { BASE_URL: starting.baseUrl }, 'target', /answered 503.*\n +→ wait until/],
    ['token refused', [], { AUTH_TOKEN: 'wrong-token' }, 'token', /answered 401\n +→ give a token/],
    ['token missing', [], { AUTH_TOKEN: '' }, 'settings', /AUTH_TOKEN: missing, and thresholds\/local\.ts/],
    ['wrong value', ['--set', 'P95=fast'], {}, 'settings', /P95: 'fast'; expected milliseconds above 0/],
    ['not confirmed', ['--env', 'production'], {}, 'settings', /CONFIRM=production to load it on purpose/],
    ['too few to judge', ['--set', 'ITERATIONS=5'], {}, 'settings', /plans 5 requests; expected 20 requests/],
    [
      'stages too short',
      ['--set', 'STAGES=2s:5'],
      {},
      'floors',
      /4 requests expected .*\n +→ give STAGES more/,
    ],
    ['rate too high', ['--set', 'RATE=2000'], {}, 'floors', /300 users needed .*50 there\n +→ lower RATE/],
    [
      'folder below a file',
      [],
      { REPORT_DIR: 'package.json/reports' },
      'reports',
      /ENOTDIR.*\n +→ name a folder/,
    ],
    ['payload not there', ['--set', 'PAYLOAD=no.json'], {}, 'payload', /no\.json.*\n +→ name a JSON file/],
    [
      'k6 missing',
      [],
      { K6_BIN: '/no/k6' },
      'k6',
      /K6_BIN=\/no\/k6: there is no such file.*\n +→ install k6/,
    ],
    [
      'not switchable',
      [],
      { BASE_URL: noFlags.baseUrl, ENABLE_OBSERVABILITY: 'false' },
      'flags',
      /names no flag at 'flags'/,
    ],
  ];
  for (const [what, args, more, subject, remedy] of cases) {
    const { code, stdout } = await project.cli(['doctor', 'heavy', ...args], { env: { ...env, ...more } });
    assert.equal(code, 1, `${what}: ${stdout}`);
    assert.deepEqual(found(stdout, 'problem'), [subject], `${what}: ${stdout}`);
    assert.match(stdout, remedy, what);
    assert.match(stdout, /^Next: do what the arrows say, then: npm run doctor -- heavy/m);
    assert.ok(!stdout.includes('wrong-token'));
  }
});

test('flags that this run does not need are a note, and no problem', async () => {
  const server = await serve(withProbe(() => healthy));
  const { code, stdout } = await project.cli(['doctor', 'heavy'], {
    env: { ...env, BASE_URL: server.baseUrl },
  });
  assert.equal(code, 0, stdout);
  assert.deepEqual(found(stdout, 'note'), ['flags']);
});

test('a bundle that was built from other numbers, or not at all', async () => {
  const scenarios = join(project.folder, 'thresholds/extra.ts');
  await writeFile(scenarios, 'export const changed = true;\n');
  const stale = await project.cli(['doctor', 'heavy'], { env });
  assert.equal(stale.code, 1);
  assert.match(
    stale.stdout,
    /^problem +bundle +dist\/heavy\.js is older than thresholds\/ .*\n +→ npm run build$/m,
  );
  await rm(scenarios);
  await rm(join(project.folder, 'dist/light.js'));
  const missing = await project.cli(['doctor', 'light'], { env });
  assert.match(missing.stdout, /^problem +bundle +dist\/light\.js is not there\n +→ npm run build$/m);
});

test('secrets are masked whole: token, client secret, headers, what is given by --set', async () => {
  const secrets = { CLIENT_SECRET: 'local-secret', AUTH_TOKEN: '' };
  const args = ['doctor', 'heavy', '--env', 'production', '--set', 'CONFIRM=production'];
  const fetched = await project.cli(args, { env: { ...env, ...secrets } });
  assert.equal(fetched.code, 0, fetched.stdout);
  assert.match(fetched.stdout, /X-Api-Key: \*\*\*/);
  assert.match(
    fetched.stdout,
    /^ok +token +client credentials of local-client, secret from CLIENT_SECRET: accepted/m,
  );
  const wrong = await project.cli(args, { env: { ...env, ...secrets, CLIENT_SECRET: 'wrong-secret' } });
  assert.match(
    wrong.stdout,
    /^problem +token +no token from http.*\/oauth\/token: it answered 401\n +→ check auth/m,
  );
  const set = await project.cli(['doctor', 'heavy', '--set', `AUTH_TOKEN=${target.token}`], {
    env: { BASE_URL: target.baseUrl },
  });
  assert.equal(set.code, 0, set.stdout);
  for (const { stdout, stderr } of [fetched, wrong, set]) {
    for (const secret of ['key-5e1f', 'local-secret', 'wrong-secret', target.token])
      assert.ok(!`${stdout}${stderr}`.includes(secret), secret);
  }
});

test('the overhead experiment, toggled; and by a header that this target ignores', async () => {
  const { code, stdout } = await project.cli(['doctor', 'overhead'], { env });
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^arms +none against all, switched by toggle$/m);
  assert.match(stdout, /^Next: npm run overhead$/m);
  const header = await project.cli(
    [
      'doctor',
      'overhead',
      '--set',
      'MODE=header',
      '--set',
      'BLOCKS=20',
      '--set',
      'TREATMENT=TRACK_MODEL_COSTS',
    ],
    { env },
  );
  assert.equal(header.code, 1, header.stdout);
  assert.match(header.stdout, /^problem +flags +the answer's X-Observability-Flags does not echo/m);
});
