import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../../thresholds/types.ts';
import { loadConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { Env } from './variables.ts';

const plain: Environment = { baseUrl: 'http://file:1/', auth: { type: 'none' } };
const from = (environment: Partial<Environment>, env: Env = {}) =>
  loadConfig('heavy', env, { environments: { local: { ...plain, ...environment } }, random: () => 0.5 });

test('environment variable, then environment file, then default', () => {
  assert.equal(from({}).limits.p95Ms, 150);
  const file = { scenarios: { heavy: { limits: { p95Ms: 90 } } } };
  assert.equal(from(file).limits.p95Ms, 90);
  assert.equal(from(file).limits.errorRate, 0.01, 'what the file leaves out stays');
  assert.equal(from(file, { P95: '80' }).limits.p95Ms, 80);
  assert.equal(from({}).baseUrl, 'http://file:1', 'without a slash at the end');
  assert.equal(from({}, { BASE_URL: 'http://variable:2///' }).baseUrl, 'http://variable:2');
  const api = { endpoint: '/file', headers: { 'X-A': '1' } };
  assert.equal(from({ api }).api.endpoint, '/file');
  assert.equal(from({ api }, { ENDPOINT: '/variable' }).api.endpoint, '/variable');
  assert.deepEqual(from({ api }).api.headers, { 'Content-Type': 'application/json', 'X-A': '1' });
  assert.equal(from({}).seed, 2 ** 31);
  assert.equal(from({}, { SEED: '7' }).seed, 7);
});

test('AUTH_TOKEN wins over what the file says of tokens', () => {
  const auth = { type: 'file', path: 'tokens.txt' } as const;
  assert.deepEqual(from({ auth }).auth, auth);
  assert.deepEqual(from({ auth }, { AUTH_TOKEN: 'x' }).auth, {
    type: 'token',
    token: { variable: 'AUTH_TOKEN' },
  });
});

test('no secret is in a configuration', () => {
  assert.ok(!JSON.stringify(from({}, { AUTH_TOKEN: 'tok-7f3a9c' })).includes('tok-7f3a9c'));
});

test('a variable implies its shape, LOAD says it outright', () => {
  const shapes: [Env, string][] = [
    [{}, 'stages'],
    [{ LOAD: 'iterations' }, 'iterations'],
    [{ LOAD: 'rate' }, 'rate'],
    [{ ITERATIONS: '30' }, 'iterations'],
    [{ ITERATIONS: '30', CONCURRENCY: '3', LOAD: 'iterations' }, 'iterations'],
    [{ STAGES: '1m:5' }, 'stages'],
    [{ RATE: '200' }, 'rate'],
  ];
  for (const [env, shape] of shapes) assert.equal(from({}, env).load.shape, shape);
  const disagreeing: Env[] = [
    { LOAD: 'stages', ITERATIONS: '30' },
    { LOAD: 'iterations', STAGES: '1m:5' },
    { ITERATIONS: '30', RATE: '200' },
    { STAGES: '1m:5', RATE: '200' },
    { CONCURRENCY: '5' },
    { CONCURRENCY: '5', RATE: '200' },
  ];
  for (const env of disagreeing) assert.throws(() => from({}, env), ConfigError, JSON.stringify(env));
});

test('think time: one second in stages, as in the guide, and none in the others', () => {
  assert.equal(from({}).load.thinkTimeSeconds, 1);
  assert.equal(from({}, { LOAD: 'iterations' }).load.thinkTimeSeconds, 0);
  assert.equal(from({}, { RATE: '5' }).load.thinkTimeSeconds, 0);
  const file = { scenarios: { heavy: { load: { thinkTimeSeconds: 2 } } } };
  assert.equal(from(file).load.thinkTimeSeconds, 2);
  assert.equal(from(file, { THINK_TIME: '0' }).load.thinkTimeSeconds, 0);
});

test('the guide’s table and its script are the defaults', () => {
  const environments = { local: plain };
  const loads = (['light', 'medium', 'heavy', 'stress', 'load-test'] as const).map((scenario) => {
    const { load, limits } = loadConfig(scenario, { LOAD: 'iterations' }, { environments });
    return load.shape === 'iterations' ? [load.total, load.users, limits.p95Ms] : [];
  });
  assert.deepEqual(loads, [
    [100, 5, 50],
    [1_000, 10, 100],
    [5_000, 50, 150],
    [10_000, 100, 200],
    [1_000, 10, 150],
  ]);
  const ramp = loadConfig('ramp', {}, { environments });
  assert.deepEqual(ramp.load, {
    shape: 'stages',
    thinkTimeSeconds: 1,
    stages: [
      { duration: '30s', target: 10 },
      { duration: '1m', target: 50 },
      { duration: '30s', target: 100 },
      { duration: '1m', target: 100 },
      { duration: '30s', target: 0 },
    ],
  });
  assert.deepEqual(ramp.limits, { p95Ms: 150, errorRate: 0.01, slowIsError: true });
});

test('flags are those that were given, and none where none was', () => {
  assert.equal(from({}).flags, null);
  assert.deepEqual(from({}, { ENABLE_OBSERVABILITY: 'false', TRACK_MODEL_COSTS: '' }).flags, {
    ENABLE_OBSERVABILITY: false,
  });
});

test('a protected environment wants to be confirmed by its own name', () => {
  const guarded = { protected: true };
  for (const CONFIRM of [undefined, '', 'yes', 'production'])
    assert.throws(() => from(guarded, { CONFIRM }), /^ConfigError: CONFIRM: local is protected/);
  assert.equal(from(guarded, { CONFIRM: 'local' }).environment, 'local');
});

test('a wrong value in an environment’s file is named with its place', () => {
  const wrong: [Partial<Environment>, RegExp][] = [
    [{ baseUrl: 'localhost' }, /thresholds\/local\.ts baseUrl: 'localhost'; allowed/],
    [{ baseUrl: 'http://u:hunter2@h' }, /baseUrl: 'http:\/\/\*\*\*@h'/],
    [
      { scenarios: { heavy: { load: { stages: [] } } } },
      /local\.ts load\.stages: \[\]; allowed: at least one/,
    ],
    [
      { scenarios: { heavy: { load: { stages: [{ duration: '1', target: 5 }] } } } },
      /load\.stages\.0\.duration: "1"/,
    ],
    [
      { scenarios: { heavy: { load: { stages: [{ duration: '1m', target: -5 }] } } } },
      /stages\.0\.target: -5/,
    ],
    [{ scenarios: { heavy: { limits: { errorRate: 5 } } } }, /limits\.errorRate: 5; allowed: a share/],
    [{ scenarios: { heavy: { limits: { p95Ms: 0 } } } }, /limits\.p95Ms: 0; allowed: above 0/],
    [{ api: { endpoint: 'execute' } }, /api\.endpoint: "execute"; allowed: a path/],
    [{ api: { headers: { 'a b': '1' } } }, /api\.headers/],
    [{ api: { headers: { A: '1\r\nB: 2' } } }, /api\.headers/],
    [{ api: { timeoutMs: 0 } }, /api\.timeoutMs: 0; allowed: 1 ms or more/],
    [
      { api: { success: { status: [], contentType: null } } },
      /api\.success\.status: \[\]; allowed: at least/,
    ],
    [{ auth: { type: 'file', path: ' ' } }, /auth\.path: empty; allowed: a file with one token a line/],
    [
      { auth: { type: 'oauth2', tokenUrl: 'token', clientId: 'a', clientSecret: { secretSource: 's' } } },
      /auth\.tokenUrl: 'token'; allowed: an http/,
    ],
    [
      { auth: { type: 'token', token: { variable: 'MY_TOKEN' } } },
      /MY_TOKEN: missing, and thresholds\/local/,
    ],
  ];
  for (const [environment, message] of wrong) {
    assert.throws(
      () => from(environment),
      (error: Error) =>
        error instanceof ConfigError && message.test(error.message) && !error.message.includes('\n'),
      String(message),
    );
  }
});
