/** `overhead --profile` on the reference target: the package that burns CPU is named, and no fault costs the verdict. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before } from 'node:test';
import { addProfile } from '../cli/profile/add-profile.ts';
import { overheadConfig } from '../lib/config/overhead-config.ts';
import { profileSettings } from '../lib/config/profile-config.ts';
import { parseCpuProfile } from '../lib/profile/cpu-profile.ts';
import { experimentResult } from './support/results.ts';
import { parseRunResult } from '../lib/result/run-result.ts';
import { startTarget, type Target } from '../target/testing/start.ts';
import { Client } from '../target/testing/client.ts';
import { copyProject, interruptAt, type K6Run, readReports, type RunOptions } from './support/project.ts';
import { measured as test, undisturbed } from './support/measured.ts';

const environment = `import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ci: Environment = {
  baseUrl: 'http://localhost:3000',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
  overhead: { perSecond: 200, seconds: 1.05, settleSeconds: 0.1, warmUpSeconds: 0.4, leastSeconds: 1, blocks: 5 },
  profile: { seconds: 2, rampSeconds: 0.5 },
};
`;
const project = await copyProject({ 'thresholds/ci.ts': environment });
let target: Target;
before(async () => {
  target = await startTarget({ env: { INSPECT_PORT: '0' } });
});
after(() => target.stop());

/** `overhead --profile`, with what it has written and where. */
async function profiled(
  address: string,
  env: NodeJS.ProcessEnv,
  onStart?: RunOptions['onStart'],
): Promise<K6Run & { folder: string; stdout: string }> {
  let folder = '';
  const run = await undisturbed(async () => {
    folder = await mkdtemp(join(project.folder, 'reports', 'profile-'));
    const ended = await project.cli(['overhead', '--env', 'ci', '--profile', address], {
      env: { CI: 'true', REPORT_DIR: folder, MONITOR: 'off', ...env },
      ...(onStart === undefined ? {} : { onStart }),
    });
    return { ...ended, ...(await readReports(folder)) };
  });
  return { ...run, folder };
}

test('a package that burns CPU in one arm is named', async () => {
  // More distinct words than the tokenizer remembers: to count them takes more than all else that a request does.
  const wordOf = (i: number) => ((i * 48_271) % 2_147_483_647).toString(36);
  const message = (m: number) => Array.from({ length: 800 }, (_, i) => wordOf(800 * m + i + 1)).join(' ');
  const bodies = Array.from({ length: 200 }, (_, m) => ({
    workflowId: 'test-workflow',
    input: { message: message(m) },
  }));
  const payload = join(project.folder, 'long.json');
  await writeFile(payload, JSON.stringify(bodies));
  const client = new Client(target);
  const found = await flagsOf(client);
  const run = await profiled(target.inspector ?? '', {
    BASE_URL: target.baseUrl,
    AUTH_TOKEN: target.token,
    // Both arms with observability on: they differ in what the one flag does. The other does nothing alone.
    BASELINE: 'ENABLE_ASYNC_TRACE_EXPORT',
    TREATMENT: 'TRACK_MODEL_COSTS',
    PAYLOAD: payload,
  });
  assert.equal(run.code, run.result?.overhead?.verdict.exitCode, run.report);
  const profile = run.result?.profile;
  assert.ok(profile, run.stderr.split('\n').slice(-5).join('\n'));
  const [first] = profile.packages.filter(({ kind }) => kind === 'package');
  assert.equal(first?.name, 'gpt-tokenizer', run.stdout);
  assert.equal(first.charged.baselineUs, 0);
  const advice = run.result?.recommendations.find(({ rule }) => rule === 'costly-package');
  assert.match(advice?.evidence.join('\n') ?? '', /% of the added CPU is in gpt-tokenizer: /);
  for (const text of [run.stdout, run.report]) assert.match(text, /CPU by package, a request\n/);

  const [off, on] = profile.arms;
  assert.deepEqual([off?.name, on?.name], ['baseline', 'treatment']);
  assert.ok(off && on && off.cpuUs < on.cpuUs && off.requests > 100 && on.requests > 100);
  for (const { file } of profile.arms) {
    const raw: unknown = JSON.parse(await readFile(join(run.folder, file), 'utf8'));
    assert.ok(parseCpuProfile(raw).samples.length > 100, file);
  }
  assert.deepEqual(await flagsOf(client), found, 'the flags are put back');
  assert.equal(await leftInTarget(target), 'nothing');

  const report = join(run.folder, 'page.html');
  const json = (await readdir(run.folder)).find((name) => name.endsWith('.json')) ?? '';
  const page = await project.cli(['report', join(run.folder, json), '--html', report]);
  assert.equal(page.code, 0, page.stderr);
  const html = await readFile(report, 'utf8');
  assert.ok(html.includes('Flame graph of the difference') && html.includes('gpt-tokenizer'));
  assert.ok(html.length < 500_000, String(html.length));
});

test('Ctrl+C during the profile: the verdict and its exit code stay, a note, and the flags as they were found', async () => {
  const client = new Client(target);
  const before = await flagsOf(client);
  const run = await profiled(
    target.inspector ?? '',
    { BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, BUDGET: '5000' },
    interruptAt(/CPU profiles of both arms/),
  );
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.result?.overhead?.verdict.kind, 'PASS');
  assert.equal(run.result.profile, null);
  assert.match(run.result.notes.join('\n'), /^No CPU profile: interrupted$/m);
  assert.deepEqual(
    (await readdir(run.folder)).filter((name) => name.endsWith('.cpuprofile')),
    [],
  );
  assert.deepEqual(await flagsOf(client), before);
  assert.equal(await leftInTarget(target), 'nothing');
});

test('no inspector: one line, a note, and the verdict as it was', async (t) => {
  const closed = await closedPort();
  const lines: string[] = [];
  const { mock } = t.mock.method(process.stderr, 'write', (line: string) => lines.push(line) > 0);
  const notes = await notesAfterProfile(closed);
  mock.restore();
  const reason = `${closed}: nothing listens there`;
  assert.equal(notes.at(-1), `No CPU profile: ${reason}`);
  assert.deepEqual(
    lines.filter((line) => line.includes('no CPU profile')),
    [`k6-overhead: no CPU profile: ${reason}\n`],
  );
});

test('a wrong address, and whole runs: refused before any load', async () => {
  const wrong = await project.cli(['overhead', '--env', 'ci', '--profile', 'nowhere'], {
    env: { AUTH_TOKEN: 'a' },
  });
  assert.equal(wrong.code, 107);
  assert.match(wrong.stderr, /^k6-overhead: --profile: 'nowhere'; expected host and port .*\n$/);
  const runs = await project.cli(['overhead', '--mode', 'runs', '--profile']);
  assert.equal(runs.code, 2);
  assert.match(runs.stderr, /--profile is for the experiment in k6/);
});

test("someone else's inspector, and one that answers late: refused before any load, the result kept", async () => {
  const child = spawn(
    process.execPath,
    ['--inspect=127.0.0.1:0', '-e', "require('node:http').createServer().listen(0)"],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  try {
    const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string];
    const address = new URL(line.replace(/^.*(?=ws:)/, '')).host;
    assert.match(
      (await notesAfterProfile(address)).at(-1) ?? '',
      /the process there \(\d+\) is not the target: it saw none of 10 requests/,
    );
    child.kill('SIGSTOP');
    assert.equal(
      (await notesAfterProfile(address)).at(-1),
      `No CPU profile: ${address}: no answer within 500 ms`,
    );
  } finally {
    child.kill('SIGKILL');
  }
});

/** The notes of a result after a profile was asked for at an address. */
async function notesAfterProfile(address: string): Promise<string[]> {
  const folder = await mkdtemp(join(project.folder, 'reports', 'other-'));
  const path = join(folder, 'overhead.json');
  const result = { ...experimentResult(5, 5, 1), profile: null };
  await writeFile(path, JSON.stringify(result));
  await writeFile(join(folder, 'overhead.txt'), 'The report.\n');
  const env = { TEST_ENV: 'local', BASE_URL: target.baseUrl, AUTH_TOKEN: target.token };
  const config = overheadConfig(env);
  const [baseline, treatment] = config.plan.arms;
  assert.ok(baseline && treatment);
  await addProfile(
    { code: 99, found: { ok: true, result, path } },
    {
      settings: { ...profileSettings(env, address), timeoutMs: 500 },
      config,
      env,
      variables: env,
      perSecond: 200,
      arms: { flag: null, baseline: baseline.flags, treatment: treatment.flags },
    },
  );
  assert.deepEqual((await readdir(folder)).sort(), ['overhead.json', 'overhead.txt'], 'no profile is left');
  const { notes, profile, overhead } = parseRunResult(await readFile(path, 'utf8'), path);
  assert.equal(profile, null);
  assert.deepEqual(overhead, result.overhead);
  return notes;
}

/** An address at which nothing listens any more. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

async function flagsOf(client: Client): Promise<unknown> {
  return (await client.request('/api/v1/observability/flags')).json();
}

/** What the profile has left in the process: it takes away what it put there. */
async function leftInTarget({ inspector = '' }: Target): Promise<unknown> {
  const { Inspector } = await import('../cli/profile/inspector.ts');
  const process = await Inspector.connect(inspector, 5_000);
  const left = await process.evaluate("typeof globalThis[Symbol.for('k6-overhead.profile')]");
  process.close();
  return left === 'undefined' ? 'nothing' : left;
}
