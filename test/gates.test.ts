/** Every gate is seen to fail, alone where that is possible, on real k6. However busy the machine is, no other gate fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyProject } from './support/project.ts';
import { healthy, serve, withProbe, type Answer, type Received } from './support/servers.ts';

/** Gates on P99 in `medium`; gives `light` one second for its iterations, and `heavy` users enough to hold its rate. */
const local = `
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  scenarios: {
    heavy: { load: { rate: { perSecond: 40, duration: '1s', users: 40 } } },
    medium: { limits: { p95Ms: 1_000, p99Ms: 1_000 } },
    light: { load: { iterations: { total: 100, users: 1, maxDuration: '1s' } } },
    stress: { load: { rate: { perSecond: 40, duration: '1s', users: 1 } } },
  },
};`;
const project = await copyProject({ 'thresholds/local.ts': local });

interface Case {
  gate: string;
  scenario: string;
  answer: (request: Received) => Answer;
  env: Record<string, string>;
  /** All gates that fail; the one under test among them. */
  failing: string[];
}

/** Nothing is as slow as that. */
const PATIENT = { P95: '5000' };
const iterations = { LOAD: 'iterations', ITERATIONS: '40', CONCURRENCY: '4', ...PATIENT };
const late = (ms: number): Answer => ({ ...(healthy as object), afterMs: ms });

const cases: Case[] = [
  {
    gate: 'P95 of successful requests',
    scenario: 'heavy',
    answer: ({ number }) => (number % 10 === 0 ? late(400) : healthy),
    env: { ...iterations, P95: '150' },
    failing: ['P95 of successful requests'],
  },
  {
    gate: 'P99 of successful requests',
    scenario: 'medium',
    answer: ({ number }) => (number === 40 ? late(2_000) : healthy),
    env: { ...iterations, P95: '1000' },
    failing: ['P99 of successful requests'],
  },
  {
    gate: 'Error rate, by a check of the answer',
    scenario: 'heavy',
    answer: ({ number }) => (number === 7 ? { body: 'sorry', type: 'text/plain' } : healthy),
    env: iterations,
    failing: ['Error rate'],
  },
  {
    gate: 'Error rate, by failed requests',
    scenario: 'heavy',
    answer: ({ number }) => (number % 4 === 0 ? { status: 500 } : healthy),
    env: { ...iterations, ERROR_RATE: '0.25' },
    // A share that is exactly the limit is over it: the limit is "below".
    failing: ['Error rate'],
  },
  {
    gate: 'Error rate of the guide’s script, by a slow answer',
    scenario: 'ramp',
    answer: ({ number }) => (number === 7 ? late(2_000) : healthy),
    env: { ...iterations, P95: '1000' },
    failing: ['Error rate'],
  },
  {
    gate: 'Dropped iterations',
    scenario: 'stress',
    // One user that waits 50 ms for each answer cannot send 40 requests in a second.
    answer: () => late(50),
    env: { LOAD: 'rate', ...PATIENT },
    failing: ['Dropped iterations', 'Requests', 'Successful requests'],
  },
  {
    gate: 'Requests',
    scenario: 'light',
    answer: () => late(25),
    env: { LOAD: 'iterations', ...PATIENT },
    failing: ['Requests', 'Successful requests'],
  },
  {
    gate: 'Successful requests',
    scenario: 'heavy',
    answer: ({ number }) => (number <= 21 ? { status: 500 } : healthy),
    env: { ...iterations, ERROR_RATE: '0.6' },
    failing: ['Successful requests'],
  },
];

for (const { gate, scenario, answer, env, failing } of cases) {
  test(`${gate}: crossed, 99`, async () => {
    const { baseUrl } = await serve(withProbe(answer));
    const { code, result, report, stderr } = await project.run(scenario, {
      env: { BASE_URL: baseUrl, ...env },
    });
    assert.equal(code, 99, stderr);
    assert.ok(result);
    const failed = result.gates.filter(({ status }) => status !== 'passed').map(({ name }) => name);
    assert.deepEqual(failed, failing, report);
    for (const { kind, status, name } of result.gates) {
      if (failing.includes(name)) assert.equal(status, kind === 'floor' ? 'too few samples' : 'failed');
    }
    assert.match(report, /^FAILED .*\(exit code 99\)$/m);
  });
}

test('a share of errors just below its limit passes', async () => {
  const { baseUrl } = await serve(withProbe(({ number }) => (number % 4 === 0 ? { status: 500 } : healthy)));
  const { code, result } = await project.run('heavy', {
    env: { ...iterations, BASE_URL: baseUrl, ERROR_RATE: '0.26' },
  });
  assert.equal(code, 0);
  assert.equal(result?.requests.errorRate, 0.25);
});

test('an arrival rate that is held passes, ramped as well', async () => {
  const { baseUrl, received } = await serve(withProbe(() => healthy));
  for (const rate of [{ LOAD: 'rate' }, { RATE: '1s:40,1s:40' }]) {
    const before = received.length;
    const { code, result, stderr } = await project.run('heavy', {
      env: { BASE_URL: baseUrl, MONITOR: 'off', ...PATIENT, ...rate },
    });
    assert.equal(code, 0, stderr);
    assert.equal(result?.requests.droppedIterations, 0);
    assert.equal(received.length - before, result.requests.total + 1, 'and one probe');
  }
});

/** Each user asks for a token of its own. */
const oauth = await copyProject({
  'thresholds/local.ts': `
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'oauth2', tokenUrl: '/oauth/token', clientId: 'c', clientSecret: { variable: 'OAUTH_SECRET' } },
};`,
});

test('most users get no token: what they could not send has failed, 99', async () => {
  let tokens = 0;
  const { baseUrl } = await serve(
    withProbe(({ path }) => {
      if (!path.startsWith('/oauth/')) return healthy;
      // One for setup, one for each of two users.
      if ((tokens += 1) > 3) return { status: 429 };
      return { body: '{"access_token":"a-token","expires_in":3600}' };
    }),
  );
  const { code, result } = await oauth.run('heavy', {
    env: {
      BASE_URL: baseUrl,
      OAUTH_SECRET: 'a-secret',
      MONITOR: 'off',
      STAGES: '1s:10,2s:10',
      THINK_TIME: '0.1',
      ...PATIENT,
    },
  });
  assert.equal(code, 99);
  assert.ok((result?.requests.errorRate ?? 0) > 0.5, String(result?.requests.errorRate));
  assert.deepEqual(
    result?.gates.filter(({ status }) => status !== 'passed').map(({ name }) => name),
    ['Error rate'],
  );
});

test('no request at all, because no user gets a token: 99, and no latency is made of it', async () => {
  const { baseUrl } = await serve(({ path }) => (path.startsWith('/oauth/') ? { status: 401 } : healthy));
  const env = { ...iterations, BASE_URL: baseUrl, OAUTH_SECRET: 'a-secret' };
  const { code, result, report, stderr } = await oauth.run('heavy', { env, args: ['--no-setup'] });
  assert.equal(code, 99, stderr);
  assert.equal(result?.requests.total, 0);
  assert.equal(result.requests.errorRate, 1, 'each that could not be sent');
  assert.equal(result.latency.successful, null);
  assert.deepEqual(
    result.gates
      .filter(({ status }) => status !== 'too few samples')
      .map(({ name, status }) => [name, status]),
    [['Error rate', 'failed']],
  );
  assert.match(report, /no samples/);
  assert.ok(![stderr, report].join('').includes('a-secret'));
});
