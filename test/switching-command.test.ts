/** A target that commands restart with other settings, and two deployments that exchange theirs, on real k6. */
import assert from 'node:assert/strict';
import { execSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assertEnding } from './support/endings.ts';
import { measured, undisturbed } from './support/measured.ts';
import { copyProject, readReports, type RunOptions } from './support/project.ts';
import { refusedAddress } from './support/servers.ts';

const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-restarts-'));
const [one, two] = [await refusedAddress(), await refusedAddress()];

/** Restarts a server with the settings of the environment. */
const restart = (address: string, state = 'env', delay = 10) =>
  `'${process.execPath}' '${join(import.meta.dirname, 'support/restart.mjs')}' '${pidFile(address)}' ${new URL(address).port} ${state} ${delay}`;
const pidFile = (address: string) => join(folder, `${new URL(address).port}.pid`);

after(async () => {
  for (const address of [one, two]) await stop(address);
  await rm(folder, { recursive: true, force: true });
});

async function stop(address: string): Promise<void> {
  const pid = await readFile(pidFile(address), 'utf8').catch(() => undefined);
  try {
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Not by a pipe: the server keeps it open. */
function run(command: string): void {
  execSync(command, { stdio: 'ignore' });
}

/** Whether observability is on at an address. */
async function isOn(address: string): Promise<boolean> {
  const answer = await fetch(`${address}/`);
  return (answer.headers.get('X-Observability-Flags') ?? '').startsWith('ENABLE_OBSERVABILITY=true');
}

async function untilUp(address: string): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${address} does not come up`);
}

const stats = '/api/v1/observability/queue-stats';
/** By effect, and by the restart: neither says what is in force. */
const silent = `
  { by: 'counter', path: '${stats}', readAt: 'exported' },
  { by: 'uptime', path: '${stats}', readAt: 'uptimeSeconds' },`;
const proof = `[{ by: 'echo', header: 'X-Observability-Flags' },${silent}]`;
const environment = (name: string, baseUrl: string, switching: string) => `
import type { Environment } from './types.ts';
export const ${name}: Environment = {
  baseUrl: '${baseUrl}',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching: ${switching},
  overhead: { perSecond: 250, seconds: 0.82, settleSeconds: 0.3, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5, budgetMs: 60, drainSeconds: 0 },
  scenarios: { medium: { load: { shape: 'iterations', iterations: { total: 50, users: 5, maxDuration: '1m' } } } },
};`;
const command = (line: string, rest = `proof: ${proof}`) =>
  `{ by: 'command', run: ${JSON.stringify(line)}, timeoutMs: 5_000, readyTimeoutMs: 8_000, ${rest} }`;
const swap = `if [ "$SETTINGS_CROSSED" = true ]; then ${restart(one, 'on')}; ${restart(two, 'off', 0)}; else ${restart(one, 'off', 0)}; ${restart(two, 'on')}; fi`;

const project = await copyProject({
  'thresholds/staging.ts': environment('staging', one, command(restart(one))),
  'thresholds/ci.ts': environment('ci', one, command('eval "$DEPLOY"')),
  'thresholds/production.ts': environment(
    'production',
    one,
    command('eval "$DEPLOY"', `usual: 'all', proof: [${silent}]`),
  ),
  'thresholds/local.ts': environment(
    'local',
    one,
    `{ by: 'deployments', urls: { none: '${one}', all: '${two}' }, swap: { command: ${JSON.stringify(swap)}, timeoutMs: 8_000 }, proof: [{ by: 'echo', header: 'X-Observability-Flags' }] }`,
  ).replace('blocks: 5', 'blocks: 6'),
});

const token = 'tok-5e1f0c';
async function cli(args: readonly string[], { env = {}, ...options }: RunOptions = {}) {
  const reports = await mkdtemp(join(project.folder, 'reports', 'switching-'));
  const ended = await project.cli(args, {
    ...options,
    env: { REPORT_DIR: reports, SEED: '7', AUTH_TOKEN: token, ...env },
  });
  const written = await readReports(reports);
  return { ...ended, ...written, reports, output: `${ended.stdout}\n${ended.stderr}` };
}

async function found(): Promise<void> {
  run(`ENABLE_OBSERVABILITY=true ${restart(one)}`);
  await untilUp(one);
}

measured('restarts between the arms: a verdict, and the target as it was found', async () => {
  await found();
  const { code, stderr, result } = await undisturbed(() => cli(['overhead', '--env', 'staging']));
  assert.equal(code, 0, stderr);
  assert.ok(result?.overhead);
  assert.equal(result.overhead.verdict.kind, 'PASS');
  assert.ok(Math.abs((result.overhead.estimateMs ?? 0) - 10) < 6, String(result.overhead.estimateMs));
  assert.equal(result.configuration.switchedBy, 'command');
  assert.equal(result.overhead.flagsRestored, true);
  assert.equal(await isOn(one), true);
});

test('plain k6 says in one line that it needs the command line', async () => {
  const { code, stdout, stderr } = await project.run('overhead', {
    env: { TEST_ENV: 'staging', AUTH_TOKEN: token },
  });
  assertEnding('command-by-plain-k6', { code, output: stdout + stderr });
  const load = await project.run('medium', {
    env: { TEST_ENV: 'staging', AUTH_TOKEN: token, ENABLE_OBSERVABILITY: 'false' },
  });
  assert.equal(load.code, 107);
  assert.match(load.stderr, /`npm run run -- medium --env staging`, which runs it/);
});

test('a load with a setting given is run with it, and the target is put back', async () => {
  await found();
  const { code, stderr, result } = await cli([
    'run',
    'medium',
    '--env',
    'staging',
    '--set',
    'ENABLE_OBSERVABILITY=false',
  ]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(result?.configuration.flags, { ENABLE_OBSERVABILITY: false });
  assert.equal(await isOn(one), true);
});

test('a command that fails ends it, and shows no token', async () => {
  await found();
  const env = { DEPLOY: 'echo "no such service for $AUTH_TOKEN"; exit 3' };
  const { code, output } = await cli(['overhead', '--env', 'ci'], { env });
  assertEnding('command-fails', { code, output });
  assert.ok(!output.includes(token), output);
});

/** A restart that takes three seconds where observability is to be off, and what to do once one has begun. */
const slow = `if [ "$ENABLE_OBSERVABILITY" = false ]; then touch '${folder}/restarting'; sleep 3; fi; ${restart(one)}`;
async function inRestart(act: (child: ChildProcess) => void, reports: string, environment = 'ci') {
  await rm(join(folder, 'restarting'), { force: true });
  return cli(['overhead', '--env', environment], {
    env: { DEPLOY: slow, REPORT_DIR: reports },
    onStart: (child) => {
      const poll = setInterval(() => {
        if (!existsSync(join(folder, 'restarting'))) return;
        clearInterval(poll);
        act(child);
      }, 20);
    },
  });
}

test('Ctrl+C in a restart: the target is put back', async () => {
  await found();
  const reports = await mkdtemp(join(project.folder, 'reports', 'interrupted-'));
  const { code, stderr } = await inRestart((child) => child.kill('SIGINT'), reports);
  assert.equal(code, 105, stderr);
  assert.equal(await isOn(one), true);
  assert.deepEqual(await notesIn(reports), []);
});

/** The command line, with k6 and the command, which are in groups of their own. */
function killAll(child: ChildProcess): void {
  const children = execSync(`ps -o pid= --ppid ${child.pid ?? 0}`)
    .toString()
    .trim()
    .split(/\s+/);
  for (const pid of children) process.kill(Number(pid), 'SIGKILL');
  child.kill('SIGKILL');
}

test('a target that says nothing of its settings has the usual ones again: after Ctrl+C, and by restore', async () => {
  await found();
  const reports = await mkdtemp(join(project.folder, 'reports', 'silent-'));
  const { code, stderr } = await inRestart((child) => child.kill('SIGINT'), reports, 'production');
  assert.equal(code, 105, stderr);
  assert.equal(await isOn(one), true);
  assert.deepEqual(await notesIn(reports), []);
  await inRestart(killAll, reports, 'production');
  run(`ENABLE_OBSERVABILITY=false ${restart(one)}`);
  await untilUp(one);
  const env = { REPORT_DIR: reports, DEPLOY: restart(one) };
  const restored = await cli(['restore'], { env });
  assert.equal(restored.code, 0, restored.output);
  assert.equal(await isOn(one), true);
});

test('the command line and k6 killed while the target restarts: the note, doctor and restore', async () => {
  await found();
  const reports = await mkdtemp(join(project.folder, 'reports', 'killed-'));
  await inRestart(killAll, reports);
  assert.equal((await notesIn(reports)).length, 1);
  const env = { REPORT_DIR: reports, DEPLOY: restart(one) };
  const doctor = await cli(['doctor', 'overhead', '--env', 'ci'], { env });
  assertEnding('note-left-doctor', { code: doctor.code, output: doctor.output });
  const restored = await cli(['restore'], { env });
  assertEnding('note-carried-out', { code: restored.code, output: restored.output });
  assert.equal(await isOn(one), true);
});

async function notesIn(reports: string): Promise<string[]> {
  return (await readdir(reports)).filter((file) => file.endsWith('.note'));
}

measured('two deployments that exchange their settings', async () => {
  run(restart(one, 'off', 0));
  run(restart(two, 'on'));
  await untilUp(one);
  await untilUp(two);
  const { code, stderr, result } = await undisturbed(() => cli(['overhead', '--env', 'local']));
  assert.equal(code, 0, stderr);
  assert.ok(result?.overhead?.deployments?.interval);
  assert.ok(Math.abs((result.overhead.estimateMs ?? 0) - 10) < 6, String(result.overhead.estimateMs));
  assert.ok(Math.abs(result.overhead.deployments.differenceMs ?? 99) < 6);
  assert.equal(result.overhead.flagsRestored, true);
  assert.deepEqual([await isOn(one), await isOn(two)], [false, true]);
});
