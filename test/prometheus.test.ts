/** Alert rules and dashboard on a real Prometheus, filled by real k6 from the reference target. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasPrometheus, withPrometheus } from './support/prometheus.ts';
import { operate, readManifests } from './support/k6-operator.ts';
import { copyProject, start } from './support/project.ts';
import { healthy, serve, withProbe } from './support/servers.ts';

const root = join(import.meta.dirname, '..');
const skip =
  (await hasPrometheus()) && (await hasPromtool()) ? false : 'prometheus and promtool are not on PATH';

async function hasPromtool(): Promise<boolean> {
  return promisify(execFile)('promtool', ['--version']).then(
    () => true,
    () => false,
  );
}

/** Short arms; and a nightly run that is there once the good runs have been. */
const local = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
  monitor: { drainMs: 0 },
  overhead: { perSecond: 160, seconds: 1.3, settleSeconds: 0.1, warmUpSeconds: 0.5, leastSeconds: 1 },
};`;
const alerts = `
import type { AlertProfile } from './types.ts';
export const alerts: AlertProfile = {
  evaluationInterval: '15s',
  window: '1h',
  for: '1m',
  queueGrowthPerMinute: 600,
  nightly: [{ environment: 'local', test: 'heavy' }, { environment: 'staging', test: 'overhead' }],
  missingAfter: '50h',
};`;

const copy = await copyProject({ 'thresholds/local.ts': local, 'thresholds/alerts.ts': alerts });
await symlink(join(root, 'target'), join(copy.folder, 'target'));

test('promtool: the rules are rules, and each alert fires and is silent as it should', { skip }, async () => {
  const cwd = join(root, 'deploy/prometheus');
  const checked = await start('promtool', ['check', 'rules', 'rules.yml'], { cwd });
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  const tested = await start('promtool', ['test', 'rules', 'rules.test.yml'], { cwd });
  assert.equal(tested.code, 0, tested.stdout + tested.stderr);
});

test('dashboards --check: 1 where a file is missing or was edited by hand, 0 once it is written anew', async () => {
  const check = () => copy.cli(['dashboards', '--check']);
  const missing = await check();
  assert.equal(missing.code, 1, missing.stderr);
  assert.match(missing.stdout, /^deploy\/grafana\/k6-overhead\.json: missing$/m);
  const written = await copy.cli(['dashboards']);
  assert.equal(written.code, 0, written.stderr);
  assert.equal((await check()).code, 0);
  const rules = join(copy.folder, 'deploy/prometheus/rules.yml');
  await writeFile(rules, (await readFile(rules, 'utf8')).replace('for: 1m', 'for: 90m'));
  const edited = await check();
  assert.equal(edited.code, 1);
  assert.match(edited.stdout, /^deploy\/prometheus\/rules\.yml: line \d+ is not what thresholds\/ says$/m);
});

/** What k6 or the command line complains of, without k6's progress. */
function errorsOf(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => /level=(warning|error)|^k6-overhead: /.test(line))
    .join('\n');
}

test('every query has data, a good run raises no alert, a bad one all of them', { skip }, async (t) => {
  const program = join(copy.folder, 'test/support/try-alerts.ts');
  const { code, stdout, stderr } = await start(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program],
    {
      cwd: copy.folder,
      env: { K6_BIN: copy.k6 },
    },
  );
  const [, outcome = ''] = stdout.split(/\n(?=Dashboard: )/);
  assert.notEqual(outcome, '', stdout + stderr);
  const [good = '', bad = ''] = outcome.split(/^Bad runs: /m);
  assert.match(good, /^Good runs: no alert about them$/m);
  assert.deepEqual(good.match(/^ {2}[A-Z].*$/gm), [
    '  NoResult                overhead in staging: no result for 50h',
  ]);
  for (const line of [
    /^ {2}ErrorRateAboveLimit +heavy in local: Error rate is [\d.]+%, the limit is 1%$/m,
    /^ {2}P95AboveLimit +heavy in local: P95 of successful requests is [\d.]+ ms, the limit is 150\.0 ms$/m,
    /^ {2}QueueGrows +heavy in local: .* entries a minute, the limit is 600\.0 entries a minute$/m,
    /^ {2}NoResult +overhead in staging/m,
  ]) {
    assert.match(bad, line, outcome);
  }
  // A machine that does other work as well holds up the generator: then an experiment, and it alone, proves nothing.
  const busy = stderr.match(/(?:INVALID|INCONCLUSIVE): .*/g) ?? [];
  if (code !== 0 && busy.length > 0) {
    const empty = good.match(/^ {2}nothing for (?!Overhead at P95|P95 of each block).*$/gm);
    assert.equal(empty, null, outcome);
    t.diagnostic(`without what the experiment is for: ${busy.at(-1) ?? ''}`);
    return;
  }
  assert.equal(code, 0, outcome + errorsOf(stderr));
  assert.match(good, /^Dashboard: (\d+) of \1 queries return data$/m);
  assert.match(
    bad,
    /^ {2}OverheadAboveBudget +overhead in local: Overhead is [\d.]+ ms, the limit is 150\.0 ms$/m,
  );
});

test('a run has its labels beside the tags that others give it', { skip }, async () => {
  const fast = await serve(withProbe(() => healthy));
  const small = {
    BASE_URL: fast.baseUrl,
    ITERATIONS: '40',
    CONCURRENCY: '4',
    MONITOR: 'off',
    THINK_TIME: '0.3',
    // Nothing here is about times.
    P95: '5000',
  };
  const folder = await mkdtemp(join(copy.folder, 'reports', 'tagged-'));
  const manifests = join(folder, 'manifests');
  const set = Object.entries(small).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const args = ['--name', 'tagged', '--parallelism', '2', '--out', manifests, ...set];
  const { code, stderr } = await copy.cli(['manifests', 'heavy', ...args]);
  assert.equal(code, 0, stderr);
  const cluster = await readManifests(manifests);
  const [testRun] = cluster.testRuns;
  assert.ok(testRun);
  await withPrometheus('groups: []', async ({ writeUrl, get }) => {
    const env = { K6_OUT: 'experimental-prometheus-rw', K6_PROMETHEUS_RW_SERVER_URL: writeUrl };
    const secrets = { AUTH_TOKEN: 'x' };
    const volumes = { test: join(folder, 'test'), reports: folder };
    await operate(testRun, cluster, { k6: copy.k6, secrets, env, ...volumes });
    const own = ['k6', 'run', '--quiet', '--tag', 'team=a', join(copy.folder, 'dist/heavy.js')];
    const ran = await copy.cli(own, { env: { ...env, ...small, ...secrets } });
    assert.equal(ran.code, 0, ran.stderr);
    const labels = 'environment="local",test="heavy"';
    for (const metric of ['k6_http_reqs_total', 'k6_vus', 'k6_errors_rate']) {
      for (const others of [
        'testrun_name="tagged",instance_id="1",part="1/2"',
        'testrun_name="tagged",instance_id="2",part="2/2"',
        'team="a"',
      ]) {
        const query = `last_over_time(${metric}{${labels},${others}}[5m])`;
        const { result } = (await get('query', { query })) as { result: unknown[] };
        assert.ok(result.length > 0, query);
      }
    }
  });
});

test('a Prometheus ends with the process that started it, also where that is killed', { skip }, async () => {
  const program = `
    import { withPrometheus } from ${JSON.stringify(join(root, 'test/support/prometheus.ts'))};
    await withPrometheus('groups: []', async ({ baseUrl }) => {
      console.log(baseUrl);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', program],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: root },
  );
  const [baseUrl] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const answers = () =>
    fetch(`${baseUrl}/-/ready`).then(
      () => true,
      () => false,
    );
  assert.equal(await answers(), true);
  child.kill('SIGKILL');
  for (let tries = 0; tries < 50 && (await answers()); tries += 1) await wait(200);
  assert.equal(await answers(), false);
});
