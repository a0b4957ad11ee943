/** Runs that are killed: what they found is known, and put back. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { assertEnding, ending } from './support/endings.ts';
import { copyProject, type Ended } from './support/project.ts';
import { found, serveSwitchable, type Behaviour } from './support/switchable.ts';

/** Long enough to be killed in. */
const staging = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const staging: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
  overhead: { perSecond: 100, seconds: 2, settleSeconds: 0.1, warmUpSeconds: 0.2, blocks: 20, budgetMs: 60 },
};`;
const project = await copyProject({ 'thresholds/staging.ts': staging });
const everythingOff = { ...found, ENABLE_OBSERVABILITY: false };

/** A load that switches observability off, and is given up on as soon as it has. */
async function killed(kill: (cli: ChildProcess, k6: number) => void, behaviour: Behaviour = {}) {
  const server = await serveSwitchable(behaviour);
  const reports = await mkdtemp(join(project.folder, 'reports/killed-'));
  const env = {
    TEST_ENV: 'staging',
    BASE_URL: server.baseUrl,
    AUTH_TOKEN: 'tok-7f3a9c',
    REPORT_DIR: reports,
  };
  const ended: Ended = await project.cli(
    ['run', 'heavy', '--set', 'STAGES=1s:2,5m:2', '--set', 'ENABLE_OBSERVABILITY=false'],
    {
      env,
      onStart: (child) => {
        void (async () => {
          while (server.flags().ENABLE_OBSERVABILITY) await wait(20);
          kill(child, await childOf(child.pid ?? 0, 'k6'));
        })();
      },
    },
  );
  return { ...ended, server, reports, env };
}

/** The process of that name which another has started. */
async function childOf(parent: number, name: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [, command, ppid] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
    if (command === name && Number(ppid) === parent) return Number(pid);
  }
  throw new Error(`process ${parent} has started no ${name}`);
}

const isLinux = process.platform === 'linux';

test('k6 is killed: the command line puts back what it found', { skip: !isLinux }, async () => {
  const { code, stderr, server, reports } = await killed((_, k6) => process.kill(k6, 'SIGKILL'));
  assertEnding('k6-killed', { code, output: stderr });
  assert.deepEqual(server.flags(), found);
  assert.deepEqual(await readdir(reports), [], 'no note, and no report of what nobody measured');
});

test(
  'nobody reads any more what the command line says: it puts back all the same',
  { skip: !isLinux },
  async () => {
    const { code, server, reports } = await killed((cli, k6) => {
      cli.stdout?.destroy();
      cli.stderr?.destroy();
      process.kill(k6, 'SIGKILL');
    });
    assert.equal(code, ending('k6-killed').code);
    assert.deepEqual(server.flags(), found);
    assert.deepEqual(await readdir(reports), []);
  },
);

test(
  'both are killed: a note says what was found; the next run and doctor name it, restore carries it out',
  { skip: !isLinux },
  async () => {
    const { server, reports, env } = await killed((cli, k6) => {
      cli.kill('SIGKILL');
      process.kill(k6, 'SIGKILL');
    });
    assert.deepEqual(server.flags(), everythingOff);
    const [note = ''] = await readdir(reports);
    assert.match(note, /^flags-found-staging-[0-9a-f]{8}\.note$/);
    const text = await readFile(join(reports, note), 'utf8');
    assert.ok(text.includes(server.baseUrl) && !text.includes('tok-7f3a9c'), text);

    const next = await project.cli(['run', 'smoke'], { env });
    assertEnding('note-left', { code: next.code, output: next.stderr });
    const doctor = await project.cli(['doctor', 'smoke'], { env });
    assertEnding('note-left-doctor', { code: doctor.code, output: doctor.stdout });

    const restored = await project.cli(['restore'], { env });
    assertEnding('note-carried-out', { code: restored.code, output: restored.stdout });
    assert.deepEqual(server.flags(), found);
    assert.ok(!(await readdir(reports)).includes(note));
    const again = await project.cli(['restore'], { env });
    assertEnding('nothing-to-restore', { code: again.code, output: again.stdout });
  },
);

test(
  'two Ctrl+C: k6 gives up what it was putting back, and the command line does it',
  { skip: !isLinux },
  async () => {
    // k6 waits for two seconds until its flags are in force again, and is told to end meanwhile.
    const { code, stderr, server, reports } = await killed(
      (cli) => {
        setTimeout(() => cli.kill('SIGINT'), 2_500);
        setTimeout(() => cli.kill('SIGINT'), 3_500);
      },
      { lateMs: 2_000 },
    );
    assertEnding('ctrl-c-twice', { code, output: stderr });
    assert.deepEqual(server.flags(), found);
    assert.deepEqual(
      (await readdir(reports)).filter((name) => !/\.(json|txt)$/.test(name)),
      [],
    );
  },
);

test('what cannot be put back keeps its note', async () => {
  const reports = await mkdtemp(join(project.folder, 'reports/broken-'));
  const server = await serveSwitchable({ ignores: 'ENABLE_OBSERVABILITY' });
  const note = {
    kind: 'flags found',
    environment: 'staging',
    baseUrl: server.baseUrl,
    flags: { ENABLE_OBSERVABILITY: false },
    at: '2026-03-01T12:00:00.000Z',
    host: 'another',
    pid: 1,
  };
  await writeFile(join(reports, 'flags-found-staging-1.note'), JSON.stringify(note));
  await writeFile(join(reports, 'flags-found-staging-2.note'), '{"kind":"flags found"}');
  const { code, stderr } = await project.cli(['restore'], { env: { AUTH_TOKEN: 'a', REPORT_DIR: reports } });
  assertEnding('note-not-carried-out', { code, output: stderr });
  assert.match(stderr, /flags-found-staging-2\.note: is no note of a run/);
  assert.equal((await readdir(reports)).length, 2);
});

test('plain k6 prints the command that puts its flags back', async () => {
  const server = await serveSwitchable();
  const { stderr, code } = await project.run('smoke', {
    env: { TEST_ENV: 'staging', BASE_URL: server.baseUrl, AUTH_TOKEN: 'a', ENABLE_OBSERVABILITY: 'false' },
  });
  assert.equal(code, 0, stderr);
  const [, baseUrl = '', args = ''] =
    /BASE_URL=(\S+) npm run restore -- (--env staging --flags [A-Z_=a-z,]+)/.exec(stderr) ?? [];
  assert.equal(baseUrl, server.baseUrl, stderr);
  const off = args.replace('ENABLE_OBSERVABILITY=true', 'ENABLE_OBSERVABILITY=false');
  const env = { BASE_URL: baseUrl, AUTH_TOKEN: 'a' };
  assert.equal((await project.cli(['restore', ...off.split(' ')], { env })).code, 0);
  assert.deepEqual(server.flags(), everythingOff);
  assert.equal((await project.cli(['restore', ...args.split(' ')], { env })).code, 0);
  assert.deepEqual(server.flags(), found);
  const wrong = await project.cli(['restore', '--flags', 'ENABLE_X=true'], { env });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--flags: 'ENABLE_X=true'; expected NAME=value of ENABLE_OBSERVABILITY/);
});
