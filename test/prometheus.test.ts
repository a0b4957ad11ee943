/** The files of deploy/prometheus/ and what k6 writes, on a real Prometheus. That each alert fires: test/alerts.test.ts. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { alertsFile, hasPrometheus, withPrometheus } from './support/prometheus.ts';
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

const copy = await copyProject({ 'thresholds/alerts.ts': alertsFile });

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
