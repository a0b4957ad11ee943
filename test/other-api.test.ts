/** Another API by configuration alone; what is sent to it; and how its flags are switched. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { copyProject } from './support/project.ts';
import { healthy, serve, withProbe, type Received } from './support/servers.ts';

/** An API that has nothing in common with the guide's, and flags of its own names, one path each. */
const staging = `
import type { Environment } from './types.ts';
export const staging: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  api: {
    method: 'PUT',
    endpoint: '/v2/jobs?queue=fast',
    headers: { 'X-Tenant': 'acme', Accept: 'application/vnd.acme+json' },
    payload: 'jobs.json',
    success: { status: [202, 204], contentType: null, json: { state: 'queued', 'data.code': 0 } },
    probe: { method: 'HEAD', path: '/healthz' },
  },
  switching: {
    by: 'call',
    write: { method: 'PATCH', path: '/features/{setting}', body: { enabled: '{value}' } },
    timeoutMs: 2000,
    proof: [{ by: 'read', method: 'GET', path: '/features/{setting}', readAt: '' }],
    names: { ENABLE_OBSERVABILITY: 'telemetry', TRACK_MODEL_COSTS: 'costs' },
  },
};`;
/** Flags by a header of each request, and an echo. */
const ci = `
import type { Environment } from './types.ts';
export const ci: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  switching: {
    by: 'header',
    header: { name: 'X-Flag-{flag}', value: '{value}' },
    proof: [{ by: 'echo', header: 'X-In-Force' }],
  },
};`;
/** No flags at all. */
const local = `
import type { Environment } from './types.ts';
export const local: Environment = { baseUrl: 'http://localhost:1', auth: { type: 'none' } };`;
/** Sessions; and two deployments, with flags by header beside them. */
const production = `
import type { Environment } from './types.ts';
export const production: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  api: { keepCookies: true, success: { status: [200], contentType: null } },
  switching: {
    by: 'deployments',
    urls: { none: 'http://localhost:1', all: 'http://localhost:2' },
    header: { name: 'X-Flag-{flag}', value: '{value}' },
    proof: [{ by: 'echo', header: 'X-In-Force' }],
  },
};`;
const jobs = [
  { weight: 3, body: { job: 'often' } },
  { weight: 1, body: { job: 'seldom' } },
];
const project = await copyProject({
  'thresholds/staging.ts': staging,
  'thresholds/ci.ts': ci,
  'thresholds/local.ts': local,
  'thresholds/production.ts': production,
  'jobs.json': JSON.stringify(jobs),
});

const small = { LOAD: 'iterations', ITERATIONS: '40', CONCURRENCY: '4' };
const queued = '{"state":"queued","data":{"code":0}}';

/** The other API; it remembers the switches that it was told, and what was in force for each job. */
async function jobServer({ keeps = true, fails = '', answer = queued } = {}) {
  const flags: Record<string, unknown> = { telemetry: true, costs: true };
  const inForce: string[] = [];
  const server = await serve(({ method, path, body }) => {
    const [, flag] = /^\/features\/(\w+)$/.exec(path) ?? [];
    if (flag !== undefined) {
      if (flag === fails && method === 'PATCH') return { status: 500 };
      if (method === 'PATCH' && keeps) flags[flag] = (JSON.parse(body) as { enabled: unknown }).enabled;
      return { body: JSON.stringify(flags[flag] ?? true) };
    }
    if (path.startsWith('/v2/jobs')) inForce.push(JSON.stringify(flags));
    return { status: path === '/healthz' ? 200 : 202, body: answer };
  });
  return { ...server, flags, inForce };
}

test('another path, method, headers, bodies and success, without a line of code', async () => {
  const server = await jobServer();
  const { code, stderr, result } = await project.run('heavy', {
    env: { ...small, TEST_ENV: 'staging', BASE_URL: server.baseUrl, MONITOR: 'off' },
  });
  assert.equal(code, 0, stderr);
  const [probe, ...sent] = server.received;
  assert.equal(`${probe?.method ?? ''} ${probe?.path ?? ''}`, 'HEAD /healthz');
  assert.equal(sent.length, 40);
  for (const { method, path, headers, body } of sent) {
    assert.equal(`${method} ${path}`, 'PUT /v2/jobs?queue=fast');
    assert.equal(headers['x-tenant'], 'acme');
    assert.equal(headers.accept, 'application/vnd.acme+json');
    assert.equal(headers['content-type'], 'application/json', 'what the environment does not name stays');
    assert.equal(headers.authorization, undefined);
    assert.match(body, /^\{"job":"(often|seldom)"\}$/);
  }
  const often = sent.filter(({ body }) => body.includes('often')).length;
  assert.ok(often >= 20 && often < 40, `three to one: ${often} of 40`);
  assert.deepEqual(
    result?.checks.map(({ name }) => name),
    ['state is "queued" and data.code is 0', 'status is 202 or 204'],
  );
});

test('an answer that the success rule does not fit is an error, whatever its status', async () => {
  for (const answer of ['{"state":"failed","data":{"code":0}}', '{"state":"queued"}', 'queued', '']) {
    const server = await jobServer({ answer });
    const { code, result } = await project.run('heavy', {
      env: { ...small, TEST_ENV: 'staging', BASE_URL: server.baseUrl },
    });
    assert.equal(code, 99, answer);
    assert.equal(result?.requests.errorRate, 1, answer);
    assert.equal(result.outcome.reason, 'Error rate');
  }
});

/** Two settings, each by a call of its own. */
const twoOff = {
  ...small,
  TEST_ENV: 'staging',
  ENABLE_OBSERVABILITY: 'false',
  TRACK_MODEL_COSTS: 'false',
};

test('flags are switched by admin call under the target’s own names, and put back', async () => {
  const server = await jobServer();
  const { code, stderr, result, report } = await project.run('heavy', {
    env: { ...twoOff, BASE_URL: server.baseUrl },
  });
  assert.equal(code, 0, stderr);
  assert.deepEqual([...new Set(server.inForce)], ['{"telemetry":false,"costs":false}']);
  assert.equal(server.flags.telemetry, true);
  assert.equal(server.flags.costs, true);
  assert.equal(result?.configuration.switchedBy, 'call');
  assert.deepEqual(result.configuration.flags, { ENABLE_OBSERVABILITY: false, TRACK_MODEL_COSTS: false });
  assert.match(report, /Flags: +ENABLE_OBSERVABILITY=false, TRACK_MODEL_COSTS=false \(set by call\)/);
});

test('a target that takes a switch and does not do it is found in setup: 108', async () => {
  const server = await jobServer({ keeps: false });
  const { code, stderr } = await project.run('heavy', {
    env: { ...small, TEST_ENV: 'staging', BASE_URL: server.baseUrl, ENABLE_OBSERVABILITY: 'false' },
  });
  assert.equal(code, 108);
  assert.match(
    stderr,
    /did not switch its flags to ENABLE_OBSERVABILITY=false: after 2000 ms .*still says true/,
  );
  assert.equal(server.inForce.length, 0);
});

test('a switch that fails half way is taken back in setup: 108', async () => {
  const server = await jobServer({ fails: 'costs' });
  const { code, stderr } = await project.run('heavy', {
    env: { ...twoOff, BASE_URL: server.baseUrl },
  });
  assert.equal(code, 108, stderr);
  assert.equal(server.inForce.length, 0);
  assert.equal(server.flags.telemetry, true);
  assert.match(stderr, /the flags could not be put back to .*TRACK_MODEL_COSTS=true/, 'not all of them');
});

/** A server that is switched by header, and echoes what it was told unless it is deaf. */
const echoing = (deaf: boolean) =>
  serve(({ headers }: Received) => {
    const asked = headers['x-flag-enable_observability'];
    const inForce = deaf || typeof asked !== 'string' ? 'true' : asked;
    return { ...(healthy as object), headers: { 'X-In-Force': `ENABLE_OBSERVABILITY=${inForce}` } };
  });

test('flags by request header: in every request, and proved by the echo; of a deployment as well', async () => {
  const env = { ...small, TEST_ENV: 'ci', ENABLE_OBSERVABILITY: 'false' };
  for (const of of [{}, { TEST_ENV: 'production', CONFIRM: 'production' }]) {
    const server = await echoing(false);
    const { code, stderr, result } = await project.run('heavy', {
      env: { ...env, ...of, BASE_URL: server.baseUrl },
    });
    assert.equal(code, 0, stderr);
    const posts = server.received.filter(({ method }) => method === 'POST');
    assert.equal(posts.length, 41, 'forty, and one to see the echo');
    assert.ok(posts.every(({ headers }) => headers['x-flag-enable_observability'] === 'false'));
    assert.equal(result?.configuration.switchedBy, 'header');
    assert.equal(result.requests.total, 40, 'which does not count');
  }

  const deaf = await echoing(true);
  const run = await project.run('heavy', { env: { ...env, BASE_URL: deaf.baseUrl } });
  assert.equal(run.code, 108);
  assert.match(run.stderr, /does not echo ENABLE_OBSERVABILITY=false/);
});

test('a target that cannot be switched: the run says that flags only label it', async () => {
  const server = await serve(withProbe(() => healthy));
  const { code, stderr, result, report } = await project.run('heavy', {
    env: { ...small, BASE_URL: server.baseUrl, ENABLE_OBSERVABILITY: 'false' },
  });
  assert.equal(code, 0);
  assert.match(stderr, /cannot be switched: ENABLE_OBSERVABILITY=false only labels the result/);
  assert.equal(result?.configuration.switchedBy, 'label');
  assert.match(report, /the flags only label this result/);
});

test('a run without flags switches nothing', async () => {
  const server = await jobServer();
  await project.run('heavy', { env: { ...small, TEST_ENV: 'staging', BASE_URL: server.baseUrl } });
  assert.ok(!server.received.some(({ path }) => path.startsWith('/features')));
});

/** The bodies of one user's requests, in their order. Beside the monitor it may be user 2 instead of 1. */
async function bodies(env: Record<string, string>): Promise<string[]> {
  const server = await serve(withProbe(() => healthy));
  const { code, stderr } = await project.run('light', {
    env: {
      LOAD: 'iterations',
      ITERATIONS: '40',
      CONCURRENCY: '1',
      MONITOR: 'off',
      BASE_URL: server.baseUrl,
      ...env,
    },
  });
  assert.equal(code, 0, stderr);
  return server.received.filter(({ method }) => method === 'POST').map(({ body }) => body);
}

test('sample workflows by seed: the same seed sends the same, another another', async () => {
  const first = await bodies({ SEED: '7' });
  assert.deepEqual(await bodies({ SEED: '7' }), first);
  assert.notDeepEqual(await bodies({ SEED: '8' }), first);
  const kinds = new Set(first.map((body) => (JSON.parse(body) as { workflowId: string }).workflowId));
  assert.ok(kinds.size >= 3, [...kinds].join());
});

test('PAYLOAD=test sends exactly the guide’s body', async () => {
  const sent = await bodies({ PAYLOAD: 'test' });
  assert.deepEqual([...new Set(sent)], ['{"workflowId":"test-workflow","input":{"message":"Test"}}']);
});

test('bodies of a file go out letter by letter, without its byte-order mark', async () => {
  const body = '{"orderId": 4634343214213523454, "amount": 10.00, "name":"\\u00e9 日本"}';
  await writeFile(join(project.folder, 'orders.json'), `\ufeff[${body}]`);
  assert.deepEqual([...new Set(await bodies({ PAYLOAD: 'orders.json' }))], [body]);
});

test('cookies: gone before the next request, or kept where sessions are wanted', async () => {
  const server = await serve(
    withProbe(() => ({ ...(healthy as object), headers: { 'Set-Cookie': 'session=a' } })),
  );
  const env = { ...small, CONCURRENCY: '1', MONITOR: 'off', BASE_URL: server.baseUrl };
  const cookies = () => server.received.filter(({ headers }) => headers.cookie === 'session=a').length;
  assert.equal((await project.run('light', { env })).code, 0);
  assert.equal(cookies(), 0);
  const kept = { ...env, TEST_ENV: 'production', CONFIRM: 'production' };
  const run = await project.run('light', { env: kept });
  assert.equal(run.code, 0);
  assert.match(run.report, /The success rule looks into no body/);
  assert.equal(cookies(), 39);
});

test('a payload file from a path of its own', async () => {
  const path = join(project.folder, 'own bodies.json');
  await writeFile(path, '[{"job":1},[2],"three",null]');
  assert.deepEqual(
    [...new Set(await bodies({ PAYLOAD: path }))].sort(),
    ['"three"', '[2]', 'null', '{"job":1}'].sort(),
  );
});
