/** `overhead --mode runs` on real k6 and a server that real commands restart with other flags. */
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Comparison } from '../lib/compare/comparison.ts';
import { parseRunResult, type RunResult } from '../lib/result/run-result.ts';
import { measured as test } from './support/measured.ts';
import { copyProject, type Ended, interruptAt, type RunOptions } from './support/project.ts';
import { refusedAddress } from './support/servers.ts';

/** 200 requests by 10 users in a run, less than a second; an API that names its one flag in each answer. */
const address = await refusedAddress();
const port = new URL(address).port;
const local = `
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: '${address}',
  auth: { type: 'none' },
  overhead: { leastSeconds: 0.2 },
  switching: { by: 'header', proof: [{ by: 'echo', header: 'X-Observability-Flags' }] },
  scenarios: { medium: { load: { iterations: { total: 200, users: 10, maxDuration: '1m' } } } },
};`;
const staging = local
  .replace('local:', 'staging:')
  .replace('leastSeconds: 0.2', 'leastSeconds: 0.2, limits: { cpuMsPerRequest: 2 }');
const project = await copyProject({ 'thresholds/local.ts': local, 'thresholds/staging.ts': staging });

const servers = await mkdtemp(join(tmpdir(), 'k6-overhead-servers-'));
const pidFile = join(servers, 'server.pid');
const restart = (state: 'on' | 'off', delay: number, errors = '') =>
  `'${process.execPath}' '${join(import.meta.dirname, 'support/restart.mjs')}' '${pidFile}' ${port} ${state} ${delay} ${errors}`;
after(async () => {
  await stopServer();
  await rm(servers, { recursive: true, force: true });
});

/** Not by a pipe: the server keeps it open. */
function run(command: string): void {
  execSync(command, { stdio: 'ignore' });
}

async function stopServer(): Promise<void> {
  const pid = await readFile(pidFile, 'utf8').catch(() => undefined);
  try {
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

interface Session extends Ended {
  /** The series' own result; null where it wrote none. */
  result: RunResult | null;
  report: string;
  folder: string;
}

/** A session of mode runs, and what it wrote. */
async function measure(args: readonly string[], { env = {}, ...options }: RunOptions = {}): Promise<Session> {
  const folder = await mkdtemp(join(project.folder, 'reports', 'runs-'));
  const ended = await project.cli(
    ['overhead', '--mode', 'runs', '--scenario', 'medium', '--ready-timeout', '10', ...args],
    { ...options, env: { REPORT_DIR: folder, SEED: '7', ...env } },
  );
  const name = (await readdir(folder)).find((file) => /^overhead-local-.*json$/.test(file));
  if (name === undefined) return { ...ended, folder, result: null, report: '' };
  const path = join(folder, name);
  return {
    ...ended,
    folder,
    result: parseRunResult(await readFile(path, 'utf8'), name),
    report: await readFile(path.replace(/json$/, 'txt'), 'utf8'),
  };
}

function commands(onDelay: number, errors = ''): string[] {
  return ['--off-command', restart('off', 0), '--on-command', restart('on', onDelay, errors)];
}

/** What is wrong with the target's flags after a session; null where observability is on, or off, as said. */
async function observability(): Promise<boolean | null> {
  const answer = await fetch(`${address}/`).catch(() => null);
  const echo = answer?.headers.get('X-Observability-Flags');
  return echo === null || echo === undefined ? null : echo.startsWith('ENABLE_OBSERVABILITY=true');
}

test('five pairs with a delay of 30 ms: PASS under 60 ms; the target is left as it was found', async () => {
  run(restart('on', 30));
  const { code, stderr, stdout, result, report, folder } = await measure(commands(30), {
    env: { BUDGET: '60' },
  });
  assert.equal(code, 0, stderr);
  const overhead = result?.overhead;
  assert.ok(overhead);
  assert.equal(overhead.mode, 'runs');
  assert.equal(overhead.verdict.kind, 'PASS');
  assert.ok(Math.abs((overhead.estimateMs ?? 0) - 30) < 15, String(overhead.estimateMs));
  assert.equal(overhead.measuredBlocks, 5);
  assert.equal(overhead.differencesMs.length, 5);
  assert.deepEqual(new Set(overhead.orders), new Set(['BT', 'TB']));
  assert.equal(overhead.flagsRestored, true);
  assert.equal(await observability(), true);
  assert.equal(result.requests.total, 2_000);
  assert.equal(result.latency.all?.count, 2_000);
  assert.match(stderr, /seed 7, order (BT TB|TB BT)/);
  assert.equal(stderr.match(/pair \d\/5 {2}(baseline|treatment) P95 .* at most about .* left/g)?.length, 5);
  assert.equal(stderr.match(/pair \d\/5 {2}difference .* overhead .* at most about .* left/g)?.length, 5);
  assert.ok(stdout.startsWith(report));
  assert.match(report, /^k6-overhead {2}overhead {2}local .*\nPASS {2}/);

  // The ten results are there, and compare comes to the same verdict from them: each states the flags that were proven.
  const files = (await readdir(folder))
    .filter((name) => /^medium.*json$/.test(name))
    .map((name) => join(folder, name));
  assert.equal(files.length, 10);
  const orders = overhead.orders.join('');
  const side = (arm: string) => files.filter((_, i) => orders.charAt(i) === arm);
  const compared = join(folder, 'compared.json');
  const again = await project.cli([
    'compare',
    '--budget',
    '60',
    '--json',
    compared,
    ...side('B'),
    '--',
    ...side('T'),
  ]);
  assert.equal(again.code, 0, again.stdout + again.stderr);
  const comparison = JSON.parse(await readFile(compared, 'utf8')) as Comparison;
  assert.deepEqual(comparison.baseline[0]?.flags, { ENABLE_OBSERVABILITY: false });
  assert.equal(comparison.overhead.estimateMs, overhead.estimateMs);
  assert.deepEqual(comparison.overhead.differencesMs, overhead.differencesMs);
});

test('a treatment with more errors: FAIL, 99, however fast it is', async () => {
  const { code, stderr, result } = await measure(commands(0, 'errors'));
  assert.equal(code, 99, stderr);
  assert.match(result?.outcome.reason ?? '', /^50\.00 % of the requests of arm "treatment" failed/);
});

test('two deployments: INCONCLUSIVE, 110, and the report says what the difference includes', async () => {
  run(restart('off', 0));
  const { code, stderr, result } = await measure(
    ['--off-url', address, '--on-url', address.replace('127.0.0.1', 'localhost')],
    {
      env: { TREATMENT: 'none' },
    },
  );
  assert.equal(code, 110, stderr);
  assert.match(result?.outcome.reason ?? '', /includes the difference between them/);
  assert.equal(result?.overhead?.flagsRestored, null);
});

const invalid: [what: string, args: string[], reason: RegExp][] = [
  [
    'a command that fails',
    [
      '--off-command',
      'echo first; echo no such service >&2; exit 3',
      '--on-command',
      'echo no such service; exit 3',
    ],
    /^--(on|off)-command failed with exit code 3: no such service$/,
  ],
  [
    'a command that does not end',
    ['--off-command', 'sleep 60', '--on-command', 'sleep 60', '--command-timeout', '0.3'],
    /^--(on|off)-command did not end within 0\.3 s and wrote nothing$/,
  ],
  [
    'flags that are not applied',
    ['--off-command', restart('on', 0), '--on-command', restart('off', 0), '--ready-timeout', '1'],
    /^the (baseline|treatment) is not ready with ENABLE_OBSERVABILITY=(true|false).*: after 1000 ms the target still says (true|false) for ENABLE_OBSERVABILITY$/,
  ],
  [
    'a target that does not come up',
    ['--off-command', 'true', '--on-command', 'true', '--ready-timeout', '1'],
    /after 1000 ms POST \/api\/v1\/workflows\/execute answered nothing \(connect ECONNREFUSED/,
  ],
];

test('what proves nothing is INVALID, 108, with one clear line', async (t) => {
  for (const [what, args, reason] of invalid) {
    await t.test(what, async () => {
      await stopServer();
      const { code, stderr, result } = await measure(args);
      assert.equal(code, 108, stderr);
      assert.match(result?.outcome.reason ?? '', reason);
      assert.equal(result?.overhead?.estimateMs, null);
    });
  }
});

test('Ctrl+C: what was measured is written, the flags found at the start are put back, exit 105', async () => {
  run(restart('on', 0));
  const { code, stderr, result } = await measure(commands(0), {
    onStart: interruptAt(/pair 2\/5 {2}(baseline|treatment)/),
  });
  assert.equal(code, 105, stderr);
  assert.equal(result?.outcome.status, 'interrupted');
  assert.equal(result.overhead?.measuredBlocks, 1);
  assert.equal(result.overhead.flagsRestored, true);
  assert.equal(await observability(), true);
});

test('options that do not fit together and wrong settings are one line, before anything is run', async (t) => {
  const lines: [args: string[], env: NodeJS.ProcessEnv, code: number, line: RegExp][] = [
    [['--off-command', 'true'], {}, 2, /needs --on-command and --off-command, or --on-url and --off-url/],
    [[...commands(0), '--pairs', '4'], {}, 2, /--pairs: '4'; a whole number from 5/],
    [[...commands(0), '--scenario', 'hevy'], {}, 2, /unknown scenario 'hevy'; there are smoke, light/],
    [
      [...commands(0), '--scenario', 'light'],
      {},
      107,
      /scenario light: plans 100 requests.*; expected 200 or more/,
    ],
    [commands(0), { TRACK_MODEL_COSTS: 'true' }, 107, /TRACK_MODEL_COSTS: is set/],
    [commands(0), { BUDGET: 'much' }, 107, /BUDGET: 'much'; expected milliseconds from 0 on/],
    [
      commands(0),
      { TEST_ENV: 'production', CONFIRM: 'production', AUTH_TOKEN: 't' },
      107,
      /thresholds\/production.ts switching.proof: names neither echo nor read/,
    ],
    [
      commands(0),
      { TEST_ENV: 'staging' },
      107,
      /MODE: runs, and thresholds\/staging.ts overhead.limits limits .*, which whole runs do not tell by arm/,
    ],
  ];
  for (const [args, env, code, line] of lines) {
    await t.test(line.source, async () => {
      const ended = await measure(args, { env });
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, line);
      assert.equal(ended.stderr.trim().split('\n').length, 1);
    });
  }
});

test('the modes of the experiment in k6: its exit code and its line; options of whole runs are refused', async () => {
  const cases: [args: string[], code: number, line: RegExp][] = [
    [['--pairs', '6'], 2, /^k6-overhead: --pairs is for --mode runs\n$/],
    [['--mode', 'rnus'], 2, /Allowed choices are toggle, header, runs/],
    [[], 107, /thresholds\/local.ts switching.by: 'header' in toggle mode/],
    [['--mode', 'header'], 107, /thresholds\/local.ts switching.header: missing in header mode/],
  ];
  for (const [args, code, line] of cases) {
    const ended = await project.cli(['overhead', ...args]);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, line);
  }
});
