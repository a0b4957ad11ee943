// Start and end: ports, settings, Ctrl+C, and no process or folder left behind.
import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTarget, type Target } from './testing/start.ts';
import { Client } from './testing/client.ts';

const tsx = ['--import', import.meta.resolve('tsx')];

// A folder for the temporary files of these tests, which the user that PostgreSQL runs as may enter.
const folder = mkdtempSync(join(tmpdir(), 'target-test-'));
chmodSync(folder, 0o755);
after(() => {
  rmSync(folder, { recursive: true });
});

/** A zombie, which nobody has waited for, counts as gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const data = (): string[] => readdirSync(folder).filter((name) => name.startsWith('workflow-target-'));

/** Waits until no process and no data of the target are left; its end is not timed, but bounded. */
async function assertGone(target: Target): Promise<void> {
  const left = (): string[] => [
    ...Object.entries(target.pids).flatMap(([name, pid]) => (isAlive(pid) ? [name] : [])),
    ...data(),
  ];
  for (let tries = 0; tries < 150 && left().length > 0; tries += 1) await wait(100);
  assert.deepEqual(left(), []);
}

test('Ctrl+C under load: what was answered is stored, and everything ends', async (t) => {
  // The database of another target outlives the one that is ended.
  const keeper = new Client(await startTarget());
  t.after(() => keeper.target.stop());
  const client = new Client(
    await startTarget({ env: { TMPDIR: folder, DATABASE_URL: keeper.target.databaseUrl } }),
  );
  const answered: string[] = [];
  const user = async (): Promise<void> => {
    // Ends when the target does: its requests are refused then.
    for (;;) answered.push((await client.execute('draft-reply')).executionId);
  };
  const load = Promise.allSettled(Array.from({ length: 20 }, user));
  while (answered.length < 300) await wait(10);
  await client.target.stop();
  await load;
  await assertGone(client.target);
  assert.equal(await keeper.rows('executions', answered), answered.length);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const)
  test(`${signal} ends everything, data included`, async () => {
    const target = await startTarget({ env: { TMPDIR: folder }, quiet: true });
    assert.equal(data().length, 1);
    target.kill(signal);
    await assertGone(target);
  });

test('the sudden death of the program that started it ends everything', async () => {
  const module = JSON.stringify(fileURLToPath(new URL('testing/start.ts', import.meta.url)));
  const script = `import { startTarget } from ${module};
    console.log(JSON.stringify(await startTarget()));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, [...tsx, '--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  parent.kill('SIGKILL');
  await assertGone(JSON.parse(line.toString()) as Target);
});

/** The target as a program of which a test sees how it ends. */
function startProgram(env: Readonly<Record<string, string>> = {}): {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<{ code: number | null; complaint: string }>;
} {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [...tsx, main, '--json', '--port', '0'], {
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: 'pipe',
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, complaint }));
  return { child, ended };
}

async function ready(child: ChildProcessWithoutNullStreams): Promise<Target> {
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as Target;
}

/** The server of the only target whose data lies in the folder. */
function postgresPid(): number {
  const [name = ''] = data();
  return Number.parseInt(readFileSync(join(folder, name, 'data', 'postmaster.pid'), 'utf8'));
}

test('a backend that dies ends the target with one line and exit code 1', async () => {
  const { child, ended } = startProgram();
  const target = await ready(child);
  process.kill(target.pids.backend, 'SIGKILL');
  assert.deepEqual(await ended, { code: 1, complaint: 'target: the backend process ended by itself\n' });
  await assertGone(target);
});

const embedded = { skip: process.env.DATABASE_URL === undefined ? false : 'the server is not of the target' };

test('so does a PostgreSQL that dies', embedded, async () => {
  const { child, ended } = startProgram();
  const target = await ready(child);
  process.kill(postgresPid(), 'SIGKILL');
  assert.deepEqual(await ended, { code: 1, complaint: 'target: PostgreSQL ended by itself\n' });
  await assertGone(target);
});

test('so does a services process that is killed: it leaves no server and no data', embedded, async () => {
  const { child, ended } = startProgram();
  const target = await ready(child);
  const postgres = postgresPid();
  process.kill(target.pids.services, 'SIGKILL');
  assert.deepEqual(await ended, { code: 1, complaint: 'target: the services process ended by itself\n' });
  assert.deepEqual([isAlive(postgres), data()], [false, []]);
  await assertGone(target);
});

test('Ctrl+C while it starts ends it at once', async (t) => {
  // A database that takes connections and never answers.
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const { child, ended } = startProgram({
    DATABASE_URL: `postgres://user:secret@127.0.0.1:${port}/database`,
  });
  await once(silent, 'connection');
  child.kill('SIGINT');
  assert.deepEqual(await ended, { code: 1, complaint: 'target: told to end while starting\n' });
  assert.deepEqual(data(), []);
});

test('a port in use is one clear line, and leaves nothing behind', async (t) => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  t.after(() => blocker.close());
  const { port } = blocker.address() as AddressInfo;
  const start = (variable: string): Promise<Target> =>
    startTarget({ env: { TMPDIR: folder, [variable]: String(port) }, quiet: true });
  await assert.rejects(startTarget({ env: { TMPDIR: folder }, port, quiet: true }), {
    message: `target: port ${port} on 127.0.0.1 is in use: choose another with --port or TARGET_PORT (0 picks a free one)`,
  });
  await assert.rejects(start('SINKS_PORT'), {
    message: `target: port ${port} for the sinks is in use: choose another with --sinks-port or SINKS_PORT`,
  });
  if (process.env.DATABASE_URL === undefined)
    await assert.rejects(start('DB_PORT'), {
      message: `target: PostgreSQL did not start: port ${port} is in use: choose another with --db-port or DB_PORT`,
    });
  assert.deepEqual(data(), []);
});

test('a wrong setting is one clear line', async () => {
  await assert.rejects(startTarget({ env: { TRACK_MODEL_COSTS: 'yes' }, quiet: true }), {
    message: 'target: TRACK_MODEL_COSTS: "yes" must be true or false',
  });
});
