/**
 * Many load generators on the reference target: k6's execution segments, two of them by hand and four by the manifests for
 * k6-operator, against one with the same load. What merge says is held against k6's own raw log of every request.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { quantile } from '../lib/statistics/quantile.ts';
import { parseRunResult, type RunResult } from '../lib/result/run-result.ts';
import { startTarget } from '../target/testing/start.ts';
import { operate, readManifests } from './support/k6-operator.ts';
import { assertEnding } from './support/endings.ts';
import { type Ended, copyProject, readReports, start } from './support/project.ts';
import { healthy, serve, withProbe, type TestServer } from './support/servers.ts';

const TOTAL = 900;
/** As the project's own, with short arms. */
const local = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
  overhead: { perSecond: 250, seconds: 0.8, settleSeconds: 0.2, warmUpSeconds: 0.5, leastSeconds: 1, blocks: 5 },
};`;
const project = await copyProject({ 'thresholds/local.ts': local });
const target = await startTarget({ quiet: true });
after(() => target.stop());
const reach = { BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, PAYLOAD: 'test' };
const load = { ...reach, ITERATIONS: String(TOTAL), CONCURRENCY: '12' };

/** What the raw logs of k6 in a folder hold. */
interface Raw {
  /** Durations of successful requests to the API, ascending. */
  successful: number[];
  requests: number;
  checks: number;
}

async function rawOf(folder: string): Promise<Raw> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.csv'));
  const raw: Raw = { successful: [], requests: 0, checks: 0 };
  for (const name of names) {
    const [head = '', ...lines] = (await readFile(join(folder, name), 'utf8')).trim().split('\n');
    const columns = head.split(',');
    const at = (cells: string[], column: string) => cells[columns.indexOf(column)] ?? '';
    for (const cells of lines.map((line) => line.split(','))) {
      if (!at(cells, 'extra_tags').includes('kind=workflow')) continue;
      const metric = at(cells, 'metric_name');
      if (metric === 'checks') raw.checks += 1;
      if (metric !== 'http_req_duration') continue;
      raw.requests += 1;
      if (at(cells, 'expected_response') === 'true') raw.successful.push(Number(at(cells, 'metric_value')));
    }
  }
  raw.successful.sort((a, b) => a - b);
  return raw;
}

interface Generators {
  folder: string;
  codes: number[];
}

/** Starts as many generators at once as there are parts, each with its raw log. */
async function generate(
  of: number,
  env: Record<string, string>,
  onStart?: (child: ChildProcess, part: number) => void,
): Promise<Generators> {
  const folder = await mkdtemp(join(project.folder, 'reports', `of-${of}-`));
  const bounds = ['0', ...Array.from({ length: of - 1 }, (_, i) => `${i + 1}/${of}`), '1'];
  const runs = bounds.slice(1).map((to, i) => {
    const segment = [
      `--execution-segment=${bounds[i] ?? ''}:${to}`,
      `--execution-segment-sequence=${bounds.join(',')}`,
    ];
    return start(
      project.k6,
      ['run', '--out', `csv=${join(folder, `${i}.csv`)}`, ...(of > 1 ? segment : []), 'dist/heavy.js'],
      {
        onStart: (child) => onStart?.(child, i + 1),
        cwd: project.folder,
        env: {
          ...env,
          REPORT_DIR: folder,
          ...(of > 1 ? { PART: `heavy-${i + 1}/${of}`, RUN_ID: `of-${of}` } : {}),
        },
      },
    );
  });
  const ended = await Promise.all(runs);
  return { folder, codes: ended.map(({ code }) => code) };
}

/** The same by the manifests for k6-operator, started as it starts them. */
async function operated(of: number): Promise<Generators> {
  const folder = await mkdtemp(join(project.folder, 'reports', 'operated-'));
  const manifests = join(folder, 'manifests');
  const options = ['--parallelism', String(of), '--name', 'heavy-local', '--out', manifests];
  const { AUTH_TOKEN, ...variables } = load;
  const set = Object.entries(variables).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const written = await project.cli(['manifests', 'heavy', ...options, ...set]);
  assert.equal(written.code, 0, written.stderr);
  const cluster = await readManifests(manifests);
  assert.deepEqual(cluster.claims, ['heavy-local-reports']);
  const [run] = cluster.testRuns;
  assert.ok(run);
  const { initializer, runners } = await operate(run, cluster, {
    k6: project.k6,
    test: await mkdtemp(join(tmpdir(), 'k6-overhead-test-')),
    reports: folder,
    secrets: { AUTH_TOKEN },
    outputs: (i) => ['--out', `csv=${join(folder, `${i}.csv`)}`],
  });
  assert.equal(initializer.code, 0, initializer.stderr);
  assert.match(initializer.stdout, /"maxVUs": 13/, 'twelve that load, and one that watches');
  return { folder, codes: runners.map(({ code }) => code) };
}

async function results(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => join(folder, name));
}

async function merge(files: readonly string[], out: string): Promise<Ended & { result: RunResult | null }> {
  const ended = await project.cli(['merge', ...files, '--out', out]);
  const text = await readFile(out, 'utf8').catch(() => null);
  return { ...ended, result: text === null ? null : parseRunResult(text, out) };
}

function sameAsRaw(result: RunResult, raw: Raw): void {
  assert.equal(result.requests.total, raw.requests);
  assert.equal(result.requests.successful, raw.successful.length);
  assert.equal(result.latency.successful?.count, raw.successful.length);
  const checks = result.checks.reduce((sum, { passes, fails }) => sum + passes + fails, 0);
  assert.equal(checks, raw.checks);
  // Where samples lie further apart than 1 %, between those next to P95: each part has drawn a line between two of its own.
  const place = Math.floor(0.95 * (raw.successful.length - 1));
  const apart = 2 * result.run.generators;
  const [below = 0, above = 0] = [raw.successful[place - apart], raw.successful[place + 1 + apart]];
  const p95 = quantile(raw.successful, 0.95);
  const merged = result.latency.successful.p95Ms;
  const near = Math.abs(merged - p95) < 0.01 * p95 || (merged >= below && merged <= above);
  assert.ok(near, `merged ${merged}, of all raw samples ${p95}`);
}

/** A target that answers at once. */
const fast = () => serve(withProbe(() => healthy));

/** Nothing of it takes long. */
const low = { AUTH_TOKEN: 'x', P95: '5000', MONITOR: 'off' };

test('one generator, and the same load by two and by four: equal counts, and P95 within 1 % of all raw samples', async () => {
  const one = await generate(1, load);
  const [alone = ''] = await results(one.folder);
  const whole = parseRunResult(await readFile(alone, 'utf8'), alone);
  sameAsRaw(whole, await rawOf(one.folder));
  for (const of of [2, 4]) {
    const { folder, codes } = of === 2 ? await generate(of, load) : await operated(of);
    assert.deepEqual(codes, Array(of).fill(0), 'a part is not judged');
    const files = await results(folder);
    const { code, result, stderr } = await merge(files, join(folder, 'merged', 'all.json'));
    assert.ok(result, stderr);
    assert.equal(code, result.outcome.status === 'passed' ? 0 : 99, stderr);
    sameAsRaw(result, await rawOf(folder));
    assert.equal(result.requests.total, TOTAL);
    assert.equal(result.requests.total, whole.requests.total);
    // How many bodies are judged hangs on how many requests each user made, and that on chance.
    const names = (checks: RunResult['checks']) => checks.map(({ name }) => name);
    assert.deepEqual(names(result.checks), names(whole.checks));
    assert.deepEqual(
      result.gates.map(({ name, threshold }) => [name, threshold]),
      whole.gates.map(({ name, threshold }) => [name, threshold]),
    );
    assert.equal(result.run.generators, of);
    assert.ok(result.monitor, 'the first part has watched the target');

    if (of === 2) continue;
    const missing = await merge(files.slice(1), join(folder, 'missing.json'));
    assert.equal(missing.code, 108);
    assert.match(missing.stderr, new RegExp(`^k6-overhead: part \\d of ${of} is missing`));
    assert.equal(missing.result, null, 'nothing is written');
  }
});

test('the commands of docs/distributed.md', async () => {
  const text = await readFile(join(import.meta.dirname, '../docs/distributed.md'), 'utf8');
  const [split, whole] = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, commands = '']) => commands);
  const { baseUrl } = await fast();
  const env = {
    BASE_URL: baseUrl,
    AUTH_TOKEN: 'x',
    PAYLOAD: 'test',
    PATH: `${dirname(project.k6)}:${process.env.PATH ?? ''}`,
  };
  const { code, stdout, stderr } = await start('bash', ['-ec', `${split ?? ''}${whole ?? ''}`], {
    cwd: project.folder,
    env,
  });
  assert.ok(code === 0 || code === 99, stderr);
  assert.match(stdout, /Merged from 4 load generators/);
  assert.match(stdout, /^ {2}ok +Requests +>= 1000 +1000$/m);
});

test('a rate and its ramp are split as well; a limit that each part keeps silent about fails the whole', async () => {
  // Answers take 2 ms or more: no limit of 0.5 ms holds.
  const { baseUrl } = await serve(
    withProbe(({ number }) => ({ ...(healthy as object), afterMs: 2 + (number % 7) })),
  );
  const env = { ...low, BASE_URL: baseUrl, RATE: '1s:100,2s:100', P95: '0.5' };
  const { folder, codes } = await generate(2, env);
  assert.deepEqual(codes, [0, 0]);
  const { code, result, stdout } = await merge(await results(folder), join(folder, 'merged', 'all.json'));
  assert.equal(code, 99, stdout);
  assert.equal(result?.outcome.reason, 'P95 of successful requests');
  assert.equal(result.latency.stages.length, 2);
  sameAsRaw(result, await rawOf(folder));
  assert.match(stdout, /^FAILED {2}P95 of successful requests {2}\(exit code 99\)$/m);
});

/** Low loads against a target that answers at once, so that most of the time no request is under way. */
const shapes = {
  stages: { ...low, STAGES: '1s:8,1s:8,2s:0', THINK_TIME: '0.1' },
  iterations: { ...low, ITERATIONS: '80', CONCURRENCY: '8', THINK_TIME: '0.4' },
  rate: { ...low, RATE: '1s:20,1s:20,1s:0' },
};

/** Ends a generator by Ctrl+C when its target has seen some of the load. */
function stopAt({ received }: TestServer): (child: ChildProcess) => void {
  return (child) => {
    const before = received.length;
    const timer = setInterval(() => {
      if (received.length - before < 15) return;
      clearInterval(timer);
      child.kill('SIGINT');
    }, 50);
    child.once('exit', () => {
      clearInterval(timer);
    });
  };
}

describe('low loads, which wait most of the time', { concurrency: 3 }, () => {
  // Fifty users in parts of 17, 17 and 16, which have as much of the arrivals.
  const uneven = { ...low, RATE: '1s:60,1s:60,1s:0' };
  const shared = [
    ...Object.entries(shapes).map(([shape, load]) => [shape, 4, load] as const),
    ['rate', 3, uneven] as const,
  ];
  for (const [shape, of, load] of shared) {
    test(`${shape} by ${of} are whole, though the last user or arrival of a part comes earlier`, async () => {
      const { baseUrl } = await fast();
      const { folder, codes } = await generate(of, { ...load, BASE_URL: baseUrl });
      assert.ok(
        codes.every((code) => code === 0),
        codes.join(),
      );
      const { code, stdout, stderr, result } = await merge(
        await results(folder),
        join(folder, 'm', 'all.json'),
      );
      assertEnding('parts-end-apart', { code, output: stdout + stderr });
      assert.equal(result?.run.complete, true);
    });
  }

  for (const [shape, load] of Object.entries({ stages: shapes.stages, rate: shapes.rate })) {
    test(`${shape} that Ctrl+C ends are cut short, alone and as one of two parts`, async () => {
      const server = await fast();
      const env = { ...load, BASE_URL: server.baseUrl };
      const { code, result, report } = await project.run('heavy', { env, onStart: stopAt(server) });
      assertEnding('load-cut-short', { code, output: report });
      assert.equal(result?.run.complete, false);

      const { folder, codes } = await generate(2, env, (child, part) => {
        if (part === 2) stopAt(server)(child);
      });
      assert.deepEqual(codes, [0, 105]);
      const merged = await merge(await results(folder), join(folder, 'm', 'all.json'));
      assertEnding('part-cut-short', { code: merged.code, output: merged.stderr });
      assert.equal(merged.result, null);
    });
  }
});

test('a part that was given no segment, or another, does not start: 108', async () => {
  for (const args of [[], ['--execution-segment=0:1/2', '--execution-segment-sequence=0,1/2,1']]) {
    const { code, result, stderr } = await project.run('heavy', { env: { ...load, PART: '2/2' }, args });
    assert.equal(code, 108);
    assert.match(
      stderr,
      /PART: '2\/2', and k6 was not given that segment; allowed: --execution-segment=1\/2:1 /,
    );
    assert.equal(result?.outcome.status, 'not run');
  }
  const args = ['--execution-segment=0:1/4', '--execution-segment-sequence=0,1/4,2/4,3/4,1'];
  const few = { ...load, ITERATIONS: '48' };
  const { code, result, stderr } = await project.run('heavy', { env: few, args });
  assertEnding('segment-without-part', { code, output: stderr });
  assert.equal(result?.outcome.status, 'not run');
});

test('an experiment beside two generators that load: it alone switches and judges, and says what was beside it', async () => {
  const folder = await mkdtemp(join(project.folder, 'reports', 'beside-'));
  const manifests = join(folder, 'manifests');
  const settings = { BASE_URL: target.baseUrl, PAYLOAD: 'test' };
  const written = await project.cli([
    ...['manifests', 'overhead', '--name', 'overhead-local', '--out', manifests],
    ...[
      '--background',
      'heavy',
      '--background-rate',
      '40',
      '--background-minutes',
      '1',
      '--parallelism',
      '2',
    ],
    ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ]);
  assert.equal(written.code, 0, written.stderr);
  const cluster = await readManifests(manifests);
  const [background, experiment] = cluster.testRuns;
  assert.ok(background && experiment);
  const reports = { load: join(folder, 'load'), experiment: join(folder, 'experiment') };
  for (const path of Object.values(reports)) await mkdir(path);
  const given = { k6: project.k6, secrets: { AUTH_TOKEN: target.token } };
  const children: ChildProcess[] = [];
  const beside = operate(background, cluster, {
    ...given,
    test: join(folder, 'test-load'),
    reports: reports.load,
    onStart: (child) => children.push(child),
  });
  const { runners } = await operate(experiment, cluster, {
    ...given,
    test: join(folder, 'test'),
    reports: reports.experiment,
  });
  for (const child of children) child.kill('SIGINT');
  const loaded = await beside;
  const { result, report } = await readReports(reports.experiment);
  assert.ok(result?.overhead);
  assert.equal(runners[0]?.code, result.overhead.verdict.exitCode);
  assert.equal(result.run.part, null);
  assert.match(report, /; beside heavy at 40\/s by 2 generators$/m);
  assert.match(
    report,
    /Other load was on the target meanwhile .*: the overhead is that of a target so loaded/,
  );
  assert.deepEqual(
    loaded.runners.map(({ code }) => code),
    [105, 105],
    'ended when the experiment was over',
  );
});
