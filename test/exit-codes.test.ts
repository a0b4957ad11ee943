/** k6's exit code for everything that can be wrong, on real k6: with what it says, and what the result says. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../lib/config/config.ts';
import { ConfigError } from '../lib/config/config-error.ts';
import type { RunResult } from '../lib/result/run-result.ts';
import { assertEnding } from './support/endings.ts';
import { copyProject, interruptAt, start } from './support/project.ts';
import { healthy, REFUSED_ADDRESS, serve, withProbe, type Answer, type Received } from './support/servers.ts';

/** An API whose answers may take 300 ms, and a token that is read from a file. */
const staging = `
import type { Environment } from './types.ts';
export const staging: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: { timeoutMs: 300 },
};`;
const project = await copyProject({
  'thresholds/staging.ts': staging,
  'no-json.json': '[1,',
});
const good = await serve(withProbe(() => healthy));
/** Nothing is judged in the first 20 s: a run beside all others, against a server of its own. */
const aborted = serve(withProbe(() => healthy)).then(({ baseUrl }) =>
  project.run('heavy', {
    env: {
      BASE_URL: baseUrl,
      AUTH_TOKEN: 'a-token',
      STAGES: '1s:5,3m:5',
      THINK_TIME: '0.1',
      P95: '0.001',
      ABORT: 'true',
    },
  }),
);

/** Twenty requests by two users, against a server that works. */
const small = {
  BASE_URL: good.baseUrl,
  AUTH_TOKEN: 'a-token',
  LOAD: 'iterations',
  ITERATIONS: '20',
  CONCURRENCY: '2',
};

type Env = Record<string, string | undefined>;

/** All end k6 alike, as those of `wrongOnK6` do. */
const wrongSettings: [what: string, env: Env, line: RegExp][] = [
  [
    'unknown environment',
    { TEST_ENV: 'stagin' },
    /TEST_ENV: 'stagin'; allowed: local, ci, staging, production/,
  ],
  ['a name that every object has', { TEST_ENV: 'constructor' }, /TEST_ENV: 'constructor'; allowed: local/],
  ['URL without scheme', { BASE_URL: 'localhost:3000' }, /BASE_URL: 'localhost:3000'; expected an http/],
  [
    'URL with a password',
    { BASE_URL: 'http://u:p@host' },
    /BASE_URL: 'http:\/\/\*\*\*@host'; expected .*without user name/,
  ],
  ['path without slash', { ENDPOINT: 'api' }, /ENDPOINT: 'api'; expected a path that starts with \//],
  ['words for a number', { ITERATIONS: 'many' }, /ITERATIONS: 'many'; expected a whole number from 1/],
  ['part of an iteration', { ITERATIONS: '20.5' }, /ITERATIONS: '20.5'; expected a whole number/],
  ['no user', { CONCURRENCY: '0' }, /CONCURRENCY: '0'; expected a whole number from 1/],
  ['percent for a share', { ERROR_RATE: '5' }, /ERROR_RATE: '5'; expected a share from 0 to 1/],
  ['neither true nor false', { ABORT: 'yes' }, /ABORT: 'yes'; allowed: true, false/],
  ['unknown load', { LOAD: 'soak' }, /LOAD: 'soak'; allowed: stages, iterations, rate/],
  [
    'stages that are none',
    { LOAD: undefined, STAGES: '30s-10' },
    /STAGES: '30s-10'; expected duration:users/,
  ],
  ['stages without users', { LOAD: undefined, STAGES: '30s:0' }, /STAGES: '30s:0'; expected/],
  ['a rate below 0', { LOAD: undefined, ITERATIONS: undefined, RATE: '-1' }, /RATE: '-1'; expected/],
  ['two loads at once', { STAGES: '1s:1' }, /STAGES: asks for a load of stages, and LOAD for iterations/],
  ['users of a rate', { LOAD: 'rate', ITERATIONS: undefined }, /CONCURRENCY: '2' with a load of rate/],
];
const wrongOnK6: typeof wrongSettings = [
  ['limit of 0 ms', { P95: '0' }, /P95: '0'; expected milliseconds above 0/],
  ['too few to judge', { ITERATIONS: '19' }, /ITERATIONS: plans 19 requests; expected 20 requests or more/],
  ['payload that is not there', { PAYLOAD: 'none.json' }, /PAYLOAD: 'none.json' cannot be read; expected/],
  ['payload that is cut short', { PAYLOAD: 'no-json.json' }, /PAYLOAD: no-json.json is not JSON/],
  ['no token', { AUTH_TOKEN: undefined }, /AUTH_TOKEN: missing, and thresholds\/local.ts takes its token/],
  ['an empty token', { AUTH_TOKEN: '' }, /AUTH_TOKEN: missing/],
  ['a token of two words', { AUTH_TOKEN: 'secret words' }, /AUTH_TOKEN: holds white space or characters/],
  ['production, not confirmed', { TEST_ENV: 'production' }, /CONFIRM: production is protected and not conf/],
  ['production, confirmed as another', { TEST_ENV: 'production', CONFIRM: 'staging' }, /CONFIRM: production/],
];

for (const [what, env, line] of wrongSettings)
  test(`a wrong setting is one line: ${what}`, () => {
    assert.throws(
      () => loadConfig('heavy', { ...small, ...env }),
      (error) => error instanceof ConfigError && line.test(error.message) && !error.message.includes('\n'),
    );
  });

test('a wrong setting ends k6 at init with 107 and one line, before any request', async (t) => {
  const before = good.received.length;
  for (const [what, env, line] of wrongOnK6) {
    await t.test(what, async () => {
      const { code, stderr, result } = await project.run('heavy', { env: { ...small, ...env } });
      assert.equal(code, 107, stderr);
      assert.match(stderr, line);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.ok(!stderr.includes('\\tat '), `no stack trace: ${stderr}`);
      assert.ok(!stderr.includes('secret words'));
      assert.equal(result, null);
    });
  }
  assert.equal(good.received.length, before);
});

test('a misspelt variable, and a part of an experiment, end k6 at init with 107 and one line', async () => {
  const before = good.received.length;
  const cases: [name: string, scenarios: readonly string[], env: Env][] = [
    ['misspelt-variable', ['heavy', 'overhead', 'attribution', 'capacity'], { BUGDET: '20' }],
    ['part-of-an-experiment', ['overhead', 'attribution', 'capacity'], { PART: '1/4' }],
  ];
  for (const [name, scenarios, more] of cases) {
    for (const scenario of scenarios) {
      const env = { BASE_URL: good.baseUrl, AUTH_TOKEN: 'a-token', ...more };
      const { code, stderr, result } = await project.run(scenario, { env });
      assertEnding(name, { code, output: stderr });
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.equal(result, null);
    }
  }
  assert.equal(good.received.length, before);
});

test('an unknown scenario is k6’s own error, and a usage error of the command line', async () => {
  const { code, stderr } = await project.run('hevy');
  assert.equal(code, 255);
  assert.match(stderr, /couldn't be found on local disk/);
  const command = await project.cli(['run', 'hevy']);
  assert.equal(command.code, 2);
  assert.match(command.stderr, /^k6-overhead: unknown scenario 'hevy'; there are .*heavy.*\n$/);
});

interface Trouble {
  what: string;
  answer: ((request: Received) => Answer) | 'refused';
  /** 'staging' gives up after 300 ms. */
  environment?: 'local' | 'staging';
  code: number;
  status: RunResult['outcome']['status'];
  reason: RegExp;
}

const notReady: Trouble[] = [
  {
    what: 'connection refused',
    answer: 'refused',
    code: 108,
    status: 'not run',
    reason: /^the target does not answer: GET http.*queue-stats \(3 tries\)$/,
  },
  {
    what: '401 in the probe',
    answer: () => ({ status: 401 }),
    code: 108,
    status: 'not run',
    reason: /^the target refuses the token: .* answered 401$/,
  },
  {
    what: '403 in the probe',
    answer: () => ({ status: 403 }),
    code: 108,
    status: 'not run',
    reason: /^the target refuses the token: .* answered 403$/,
  },
  {
    what: '500 in the probe',
    answer: () => ({ status: 500 }),
    code: 108,
    status: 'not run',
    reason: /^the target is not ready: .* answered 500 \(3 tries\)$/,
  },
  {
    what: 'time-out in the probe',
    answer: () => 'hang',
    environment: 'staging',
    code: 108,
    status: 'not run',
    reason: /^the target does not answer/,
  },
];

for (const { what, answer, environment = 'local', code, status, reason } of notReady) {
  test(`${what}: ${code}, one clear line, and a report that says that nothing was loaded`, async () => {
    const server = answer === 'refused' ? { baseUrl: REFUSED_ADDRESS, received: [] } : await serve(answer);
    const env = { ...small, BASE_URL: server.baseUrl, TEST_ENV: environment };
    const run = await project.run('heavy', { env });
    assert.equal(run.code, code, run.stderr);
    assert.equal(run.result?.outcome.status, status);
    assert.match(run.result.outcome.reason, reason);
    const [, verdict = ''] = run.report.split('\n');
    assert.match(verdict, /^NOT RUN {2}.*; nothing was loaded {2}\(exit code 108\)$/);
    assert.ok(!run.report.includes('P95:'));
    assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
    assert.match(run.stderr, new RegExp(reason.source.replaceAll(/[$^]/g, '')));
    assert.ok(!server.received.some(({ path }) => path.includes('workflows')), 'no load');
  });
}

test('a probe that fails twice and then answers counts as up', async () => {
  let probes = 0;
  const server = await serve(({ path }) =>
    path.includes('observability') && (probes += 1) < 3 ? { status: 503 } : healthy,
  );
  const env = { ...small, BASE_URL: server.baseUrl, MONITOR: 'off' };
  const { code, stderr } = await project.run('heavy', { env });
  assert.equal(code, 0, stderr);
  assert.equal(probes, 3);
});

test('a probe that is answered 404 counts as up: another API has no such path', async () => {
  const server = await serve(({ path }) => (path.includes('observability') ? { status: 404 } : healthy));
  const { code, stderr } = await project.run('heavy', { env: { ...small, BASE_URL: server.baseUrl } });
  assert.equal(code, 0, stderr);
});

const failing: (Omit<Trouble, 'code' | 'status'> & { check: (result: RunResult, report: string) => void })[] =
  [
    ...[401, 404, 429, 500].map((status) => ({
      what: `${status} to every request`,
      answer: withProbe(() => ({ status })),
      reason:
        /^P95 of successful requests \(too few samples\), Error rate, Successful requests \(too few samples\)$/,
      check: ({ requests, latency, gates }: RunResult, report: string) => {
        assert.equal(requests.total, 20);
        assert.equal(requests.successful, 0);
        assert.equal(requests.errorRate, 1);
        assert.equal(latency.successful, null, 'no sample is no latency, and not 0');
        assert.equal(gates.find(({ name }) => name.startsWith('P95'))?.observed, null);
        assert.match(report, /no request succeeded: there is no latency to report/);
        assert.ok(!report.includes('P95: 0'));
      },
    })),
    {
      what: 'HTML in place of JSON',
      answer: withProbe(() => ({ body: '<h1>Bad gateway</h1>', type: 'text/html' })),
      reason: /^Error rate$/,
      check: ({ requests, checks }) => {
        assert.equal(requests.errorRate, 1);
        assert.deepEqual(checks.find(({ name }) => name === 'answer is json')?.fails, 20);
        assert.deepEqual(checks.find(({ name }) => name === 'status is 200')?.fails, 0);
      },
    },
    {
      what: 'time-outs under load',
      answer: withProbe(() => 'hang'),
      environment: 'staging',
      reason: /Error rate/,
      check: ({ latency }) => {
        assert.equal(latency.successful, null);
        assert.ok((latency.all?.p50Ms ?? 0) >= 290, 'a time-out has taken its time');
      },
    },
    {
      what: 'connections that are cut',
      answer: withProbe(() => 'reset'),
      reason: /Error rate/,
      check: ({ requests }) => {
        assert.equal(requests.successful, 0);
      },
    },
    {
      what: 'a target that dies half way',
      answer: withProbe(({ number }) => (number <= 10 ? healthy : 'die')),
      reason: /Error rate, Successful requests \(too few samples\)/,
      check: ({ requests, latency }) => {
        assert.ok(requests.successful >= 9 && requests.successful <= 10);
        assert.ok(latency.successful);
        assert.equal(latency.successful.count, requests.successful);
        assert.ok(latency.successful.minMs > 0, 'refused connections do not count as 0 ms');
      },
    },
  ];

for (const { what, answer, environment = 'local', reason, check } of failing) {
  test(`${what}: 99`, async () => {
    if (answer === 'refused') throw new Error('a target that refuses is found by the probe');
    const { baseUrl } = await serve(answer);
    const { code, result, report, stderr } = await project.run('heavy', {
      env: { ...small, BASE_URL: baseUrl, TEST_ENV: environment },
    });
    assert.equal(code, 99, stderr);
    assert.equal(result?.outcome.status, 'failed');
    assert.match(result.outcome.reason, reason);
    check(result, report);
  });
}

test('everything well: 0, and a report of what the guide asks for', async () => {
  const { code, result, report, stdout } = await project.run('heavy', { env: small });
  assert.equal(code, 0);
  assert.equal(result?.outcome.status, 'passed');
  assert.equal(result.run.complete, true);
  for (const item of ['Test configuration', 'P50: ', 'P99: ', 'Mean: ', 'Min: ', 'Max: ', 'Gates'])
    assert.ok(report.includes(item), item);
  for (const text of [report, stdout]) {
    const lines = text.split('\n').filter((line) => line.includes('P95:'));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^ {2}P95: +\d+\.\d+ ms$/);
  }
});

test('what replaces the options that a script exports is refused', async () => {
  const cases: [row: string, scenario: string, args: string[], env?: Env][] = [
    ['load-replaced', 'heavy', ['--vus', '2', '--iterations', '30']],
    ['load-replaced', 'overhead', ['--stage', '1s:5']],
    ['trend-stats-replaced', 'heavy', ['--summary-trend-stats', 'avg,p(95)']],
    ['trend-stats-replaced', 'overhead', [], { K6_SUMMARY_TREND_STATS: 'avg' }],
  ];
  for (const [row, scenario, args, env] of cases) {
    const given = { BASE_URL: good.baseUrl, AUTH_TOKEN: 'a-token', ...env };
    const { code, result, stderr } = await project.run(scenario, { env: given, args });
    assertEnding(row, { code, output: stderr });
    assert.equal(result?.outcome.status, 'not run');
  }
});

test('tags that replace those of the run are warned of', async () => {
  const { code, stderr } = await project.run('heavy', { env: small, args: ['--tag', 'team=a'] });
  assertEnding('tags-replaced', { code, output: stderr });
  const args = ['--features', 'merge-run-tags', '--tag', 'test=a'];
  const merged = await project.run('heavy', { env: small, args });
  assertEnding('tag-replaced', { code: merged.code, output: merged.stderr });
});

test('another kind of summary is refused, or said to be the reason that there is no result', async () => {
  const env = { ...small, K6_NEW_MACHINE_READABLE_SUMMARY: 'true' };
  const { code, stderr } = await project.run('heavy', { env });
  assertEnding('other-summary', { code, output: stderr });
  const folder = await mkdtemp(join(project.folder, 'reports', 'other-'));
  const args = ['--new-machine-readable-summary'];
  const option = await project.run('heavy', { env: { ...small, REPORT_DIR: folder }, args });
  assertEnding('other-summary-option', { code: option.code, output: option.stderr });
  assert.match(option.stderr, /^--new-machine-readable-summary: leaves out the percentiles/m);
});

test('--no-setup: the gates still hold', async () => {
  const passed = await project.run('heavy', { env: small, args: ['--no-setup'] });
  assert.equal(passed.code, 0, passed.stderr);
  const crossed = await project.run('heavy', { env: { ...small, P95: '0.001' }, args: ['--no-setup'] });
  assert.equal(crossed.code, 99);
  const down = await project.run('heavy', {
    env: { ...small, BASE_URL: REFUSED_ADDRESS },
    args: ['--no-setup'],
  });
  assert.equal(down.code, 99);
  assert.equal(down.result?.requests.refused, 1);
  assert.equal(down.result.latency.all, null);
});

test('--no-setup: flags that nobody switched do not label a load', async () => {
  const { code, stderr, report } = await project.run('heavy', {
    env: { ...small, ENABLE_OBSERVABILITY: 'false' },
    args: ['--no-setup'],
  });
  assertEnding('flags-without-setup', { code, output: stderr });
  assert.match(report, /^NOT RUN {2}--no-setup/m);
});

test('what a shell hands down to k6 disarms no run', async () => {
  for (const name of ['K6_NO_THRESHOLDS', 'K6_NO_SETUP', 'K6_NO_TEARDOWN']) {
    const { code, stderr } = await project.run('heavy', { env: { ...small, [name]: 'true' } });
    assertEnding('gates-off-inherited', { code, output: stderr });
    assert.ok(stderr.includes(`${name}: 'true'`), stderr);
  }
  const { code, stderr } = await project.run('heavy', { env: { ...small, K6_NO_SETUP: 'false' } });
  assert.equal(code, 0, stderr);
});

test('--no-thresholds: k6 exits 0, and the report says NOT GATED', async () => {
  const { code, result, report } = await project.run('heavy', {
    env: { ...small, P95: '0.001' },
    args: ['--no-thresholds'],
  });
  assert.equal(code, 0);
  assert.equal(result?.outcome.status, 'not gated');
  assert.match(report, /^NOT GATED/m);
  assert.ok(result.gates.every(({ status }) => status === 'not gated'));
});

test('Ctrl+C: 105, and what was measured until then is written', async () => {
  const { code, result, report } = await project.run('heavy', {
    env: {
      ...small,
      LOAD: undefined,
      ITERATIONS: undefined,
      CONCURRENCY: undefined,
      STAGES: '1s:5,1m:5',
      THINK_TIME: '0.05',
    },
    onStart: interruptAt(/running \((0+m)?03\./),
  });
  assert.equal(code, 105);
  assert.equal(result?.outcome.status, 'interrupted');
  assert.equal(result.run.complete, false);
  assert.match(report, /^INTERRUPTED .*every gate held {2}\(exit code 105\)$/m);
  assert.ok(result.requests.total >= 20);
  assert.match(report, /ended before its plan/);
});

test('Ctrl+C after a limit was crossed: 105 all the same, and the report says both', async () => {
  const { code, report } = await project.run('heavy', {
    env: { ...small, ITERATIONS: '100000', P95: '0.001' },
    onStart: interruptAt(/running \((0+m)?02\./),
  });
  assert.equal(code, 105);
  assert.match(report, /^INTERRUPTED .*until then crossed: P95 of successful requests, Requests \(too few/m);
});

test('ABORT=true ends the run once a limit is crossed: 99, with the result so far', async () => {
  const { code, result, ms } = await aborted;
  assert.equal(code, 99);
  assert.ok(ms < 90_000, 'long before its three minutes');
  assert.equal(result?.run.complete, false);
  assert.match(result.outcome.reason, /P95 of successful requests/);
  assert.equal(result.outcome.status, 'failed');
});

test('run from another folder: reports go to the project, input files come from where one stands', async () => {
  const elsewhere = await mkdtemp(join(project.folder, 'elsewhere-'));
  await writeFile(join(elsewhere, 'bodies.json'), '[{"workflowId":"mine"}]');
  const before = good.received.length;
  const { code, stderr, stdout } = await project.run('heavy', {
    cwd: elsewhere,
    env: { ...small, PAYLOAD: 'bodies.json', REPORT_DIR: undefined },
  });
  assert.equal(code, 0, stderr);
  assert.ok(
    stdout.includes(`Writing the report: ${join(project.folder, 'reports', 'heavy-local-')}`),
    stdout,
  );
  const bodies = good.received.slice(before).filter(({ method }) => method === 'POST');
  assert.equal(bodies.length, 20);
  assert.ok(bodies.every(({ body }) => body === '{"workflowId":"mine"}'));
});

test('a report folder that is not there, or is a file: the report is on standard output, and k6 keeps its exit code', async () => {
  for (const folder of ['nowhere', 'package.json']) {
    const { code, stdout, stderr } = await project.run('light', { env: { ...small, REPORT_DIR: folder } });
    assertEnding('report-folder-missing', { code, output: stderr });
    assert.ok(stderr.includes(`'${folder}'`) && !stderr.includes('\\n'), stderr);
    assert.match(stdout, /^k6-overhead {2}light/m);
    assert.match(stdout, /http_req_duration/, 'the whole report');
    assert.doesNotMatch(stdout, /Report:|Writing/);
  }
});

test('an archive is made without its report folder, and writes into one that is there', async () => {
  const [archive, reports] = [join(project.folder, 'light.tar'), join(project.folder, 'of-archive')];
  const env = { ...small, REPORT_DIR: reports };
  const settings = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const script = join(project.folder, 'dist/light.js');
  const made = await start(project.k6, ['archive', script, ...settings, '-O', archive]);
  assert.equal(made.code, 0, made.stderr);
  const inspected = await start(project.k6, ['inspect', '--execution-requirements', archive]);
  assert.equal(inspected.code, 0, inspected.stderr);
  await mkdir(reports);
  const ran = await start(project.k6, ['run', '--quiet', archive]);
  assert.equal(ran.code, 0, ran.stderr);
  assert.equal((await readdir(reports)).length, 2, ran.stderr);
});
