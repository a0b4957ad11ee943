/** How runs end on a target that commands restart with other settings, where nothing hangs on how fast it is. */
import assert from 'node:assert/strict';
import { execSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertEnding } from './support/endings.ts';
import { cli, folder, found, isOn, one, project, restart, run, token, untilUp } from './support/restarted.ts';

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

/** A restart that takes two seconds where observability is to be off, and what to do once one has begun. */
const slow = `if [ "$ENABLE_OBSERVABILITY" = false ]; then touch '${folder}/restarting'; sleep 2; fi; ${restart(one)}`;
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
