import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../../thresholds/types.ts';
import { api as defaultApi } from '../../thresholds/api.ts';
import { ending } from '../../test/support/endings.ts';
import { fixtureScenarios, fixtureSources } from '../../test/support/fixture-environment.ts';
import { loadConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { Env } from './variables.ts';

const plain: Environment = { baseUrl: 'http://file:1/', auth: { type: 'none' } };
const from = (environment: Partial<Environment>, env: Env = {}) =>
  loadConfig('heavy', env, {
    ...fixtureSources,
    environments: { local: { ...plain, ...environment } },
    random: () => 0.5,
  });

test('environment variable, then environment file, then default', () => {
  assert.equal(from({}).limits.p95Ms, 53);
  const file = { scenarios: { heavy: { limits: { p95Ms: 90 } } } };
  assert.equal(from(file).limits.p95Ms, 90);
  assert.equal(from(file).limits.errorRate, 0.02, 'what the file leaves out stays');
  assert.equal(from(file, { P95: '80' }).limits.p95Ms, 80);
  const { heavy } = fixtureScenarios;
  const watched = { ...heavy, limits: { ...heavy.limits, monitor: { dropped: 0, targetErrors: 10 } } };
  const changed = { ...plain, scenarios: { heavy: { limits: { monitor: { targetErrors: 20 } } } } };
  const { limits } = loadConfig(
    'heavy',
    {},
    {
      scenarios: { ...fixtureScenarios, heavy: watched },
      environments: { local: changed },
    },
  );
  assert.deepEqual(limits.monitor, { dropped: 0, targetErrors: 20 }, 'of the limits on the monitor as well');
  assert.equal(from({}).baseUrl, 'http://file:1', 'without a slash at the end');
  assert.equal(from({}, { BASE_URL: 'http://variable:2///' }).baseUrl, 'http://variable:2');
  const api = { endpoint: '/file', headers: { 'X-A': '1' } };
  assert.equal(from({ api }).api.endpoint, '/file');
  assert.equal(from({ api }, { ENDPOINT: '/variable' }).api.endpoint, '/variable');
  assert.deepEqual(from({ api }).api.headers, { ...defaultApi.headers, 'X-A': '1' });
  // Names of headers have no case: two would be sent as one, and the body be made for the other.
  const form = 'application/x-www-form-urlencoded';
  const { headers } = from({ api: { headers: { 'content-type': form } } }).api;
  assert.deepEqual(headers, { 'content-type': form });
  const secret = from({ api: { headers: { 'CONTENT-TYPE': { secretSource: 'a' } } } }).api;
  assert.deepEqual([secret.headers, Object.keys(secret.secretHeaders)], [{}, ['CONTENT-TYPE']]);
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

const oauth = { type: 'oauth2', clientId: 'a', clientSecret: { secretSource: 's' } } as const;

test('the address of tokens may have a query, as some of them do', () => {
  const auth = { ...oauth, tokenUrl: 'https://login.example.com/token?policy=load' };
  assert.deepEqual(from({ auth }, { AUTH_TOKEN: undefined }).auth, auth);
});

test('a wrong value in an environment’s file is named with its place', () => {
  const wrong: [Partial<Environment>, RegExp][] = [
    [{ baseUrl: 'localhost' }, /^thresholds\/local\.ts baseUrl: 'localhost'; expected an http/],
    [{ baseUrl: 'http://u:hunter2@h' }, /baseUrl: 'http:\/\/\*\*\*@h'/],
    [
      { scenarios: { heavy: { load: { stages: [] } } } },
      /^thresholds\/local\.ts scenarios\.heavy\.load\.stages: \[\]; expected steps/,
    ],
    [
      { scenarios: { heavy: { load: { stages: [{ duration: '1', target: 5 }] } } } },
      /load\.stages\.0\.duration: '1'; expected a duration/,
    ],
    [
      { scenarios: { heavy: { load: { stages: [{ duration: '1m', target: -5 }] } } } },
      /stages\.0\.target: -5; expected users/,
    ],
    [{ scenarios: { heavy: { limits: { errorRate: 5 } } } }, /limits\.errorRate: 5; expected a share/],
    [{ scenarios: { heavy: { limits: { p95Ms: 0 } } } }, /limits\.p95Ms: 0; expected milliseconds above 0/],
    [{ api: { endpoint: 'execute' } }, /api\.endpoint: 'execute'; expected a path/],
    [{ api: { headers: { 'a b': '1' } } }, /api\.headers\.a b: .*; expected the name of a header/],
    [{ api: { timeoutMs: 0 } }, /api\.timeoutMs: 0; expected milliseconds from 1/],
    [
      { api: { success: { status: [], contentType: null } } },
      /api\.success\.status: \[\]; expected at least/,
    ],
    [{ auth: { type: 'file', path: ' ' } }, /auth\.path: .*; expected the path of a file/],
    [{ auth: { ...oauth, tokenUrl: 'token' } }, /auth\.tokenUrl: .*; expected an http/],
    [
      { auth: { ...oauth, tokenUrl: 'https://u:hunter2@h/t?p=hunter2' } },
      /auth\.tokenUrl: a text of 31 characters; expected an http:.* without user name or fragment, or a path/,
    ],
    [
      { auth: { type: 'token', token: { variable: 'MY_TOKEN' } } },
      /MY_TOKEN: missing, and thresholds\/local/,
    ],
    [{ overhead: { seconds: 0 } }, /overhead\.seconds: 0; expected seconds above 0/],
    [{ overhead: { perSecond: NaN } }, /overhead\.perSecond: NaN; expected requests per second/],
    [{ overhead: { treatment: 'everything' } }, /overhead\.treatment: 'everything'; allowed: none, all/],
    [{ attribution: { blocks: 5.5 } }, /attribution\.blocks: 5\.5; expected a whole number/],
    [{ capacity: { step: 1 } }, /capacity\.step: 1; expected a factor from 1\.1 to 4/],
    [
      { monitor: { series: [{ kind: 'cpu', unit: '%', pattern: '(' }] } },
      /series\.0\.pattern: '\('; expected a reg/,
    ],
  ];
  for (const [environment, message] of wrong)
    assert.match(
      refusal(() => from(environment)),
      message,
    );
});

/** Each object that a team edits, with a name in it that is none, and the name that was meant. */
const misspelt: [path: string, meant: string][] = [
  ['baseURL', 'baseUrl'],
  ['overhed', 'overhead'],
  ['auth.tokens', 'token'],
  ['auth.token.varible', 'variable'],
  ['api.endpont', 'endpoint'],
  ['api.success.statuss', 'status'],
  ['api.probe.paht', 'path'],
  ['switching.proofs', 'proof'],
  ['switching.header.nme', 'name'],
  ['switching.proof.0.heder', 'header'],
  ['switching.values.ture', 'true'],
  ['scenarios.hevy', 'heavy'],
  ['scenarios.heavy.limit', 'limits'],
  ['scenarios.heavy.limits.p99ms', 'p99Ms'],
  ['scenarios.heavy.limits.monitor.droped', 'dropped'],
  ['scenarios.heavy.load.thinkTime', 'thinkTimeSeconds'],
  ['scenarios.heavy.load.rate.persecond', 'perSecond'],
  ['scenarios.heavy.load.stages.0.durations', 'duration'],
  ['attribution.desing', 'design'],
  ['capacity.ceilingPerSec', 'ceilingPerSecond'],
  ['capacity.limits.p95', 'p95Ms'],
  ['monitor.intervallMs', 'intervalMs'],
  ['monitor.series.0.patern', 'pattern'],
  ['profile.second', 'seconds'],
];

test('a misspelt name is refused in every object, and the right one is named', () => {
  for (const [path, meant] of misspelt) {
    const keys = path.split('.');
    const environment: unknown = keys.reduceRight<unknown>(
      (inner, key) =>
        key === '0' ? [inner] : { [key]: inner, ...(path.startsWith('auth') && { type: 'token' }) },
      1,
    );
    const line = refusal(() => from(environment as Partial<Environment>));
    assert.equal(line, `thresholds/local.ts ${path}: unknown name; expected ${meant}`);
  }
});

test('each way to switch and each proof has names of its own', () => {
  const call = { by: 'call', write: { method: 'PUT', path: '/f', body: {} }, timeoutMs: 1, proof: 'none' };
  const cases: [switching: object, line: RegExp][] = [
    [
      { ...call, write: { ...call.write, metod: 'PUT' } },
      /switching\.write\.metod: unknown name; expected method$/,
    ],
    [{ ...call, write: [{ ...call.write, metod: 1 }] }, /switching\.write\.0\.metod: unknown name/],
    [{ ...call, readyTimeoutMs: 1 }, /switching\.readyTimeoutMs: unknown name/],
    [{ by: 'comand' }, /switching\.by: 'comand'; allowed: call, command, header, deployments$/],
    [{ by: 'command', run: 'x', timeoutMs: 1, proof: 'none' }, /switching\.readyTimeoutMs: missing/],
    [{ ...call, proof: [] }, /switching\.proof: \[\]; expected at least one proof$/],
    [
      { ...call, proof: [{ by: 'read', path: '/f', readat: '' }] },
      /proof\.0\.readat: unknown name; expected readAt$/,
    ],
    [
      { ...call, proof: [{ by: 'echo', header: 'X', pattern: '(' }] },
      /proof\.0\.pattern: '\('; expected a regular/,
    ],
    [{ ...call, proof: [{ by: 'ecco' }] }, /proof\.0\.by: 'ecco'; allowed: echo, read, counter, uptime$/],
  ];
  const names = { ENABLE_OBSERVABILTY: 'obs' };
  cases.push([
    { ...call, names },
    /switching\.names: 'ENABLE_OBSERVABILTY' is no setting; expected ENABLE_OBSERVABILITY,/,
  ]);
  for (const [switching, line] of cases) {
    assert.match(
      refusal(() => from({ switching } as unknown as Partial<Environment>)),
      line,
    );
  }
});

test('the misspelt names of the table, each in one line', () => {
  const misspelt = {
    'misspelt-limit': { scenarios: { heavy: { limits: { p95ms: 120 } } } },
    'misspelt-budget': { overhead: { budgetMS: 20 } },
    'unknown-setting': { overhead: { colour: 'red' } },
  };
  for (const [name, environment] of Object.entries(misspelt)) {
    const line = refusal(() => from(environment as Partial<Environment>));
    assert.ok(line.includes(ending(name).says), line);
  }
});

test('a value that stands where a secret may have been written is never shown', () => {
  const wrong = [
    { api: { headers: { 'X-Key': 'hunter2\r\nB: 2' } } },
    { auth: { type: 'token', token: 'hunter2' } },
    { auth: { type: 'hunter2' } },
    { auth: { type: 'oauth2', tokenUrl: '/t', clientId: 'a', clientSecret: 'hunter2' } },
  ];
  for (const environment of wrong) {
    const line = refusal(() => from(environment as unknown as Partial<Environment>));
    assert.match(line, /^thresholds\/local\.ts (api\.headers|auth)/);
    assert.ok(!line.includes('hunter2'), line);
  }
});

/** The one line of a refusal. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ConfigError && !error.message.includes('\n'), String(error));
    return error.message;
  }
  return assert.fail('nothing was refused');
}
