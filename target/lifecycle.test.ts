// Start and end: ports, settings, Ctrl+C, and no process or folder left behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTarget, type Target } from './start.ts';
import { Client } from './testing/client.ts';

/** A zombie, which nobody has waited for, counts as gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('workflow-target-'));

/** Waits until all of the target has ended; its end is not timed, but bounded. */
async function assertGone(target: Target, foldersBefore: readonly string[]): Promise<void> {
  const left = (): string[] => [
    ...Object.entries(target.pids).flatMap(([name, pid]) => (isAlive(pid) ? [name] : [])),
    ...folders().filter((name) => !foldersBefore.includes(name)),
  ];
  for (let tries = 0; tries < 150 && left().length > 0; tries += 1) await wait(100);
  assert.deepEqual(left(), []);
}

test('Ctrl+C under load: answered executions are stored, and everything ends', async () => {
  const before = folders();
  const target = await startTarget();
  const client = new Client(target);
  const ids = await client.executeMany(200, 20);
  assert.equal(ids.length, 200);
  await target.stop();
  await assertGone(target, before);
});

for (const [name, end] of [
  [
    'SIGTERM',
    (target: Target) => {
      target.kill('SIGTERM');
    },
  ],
  [
    'the sudden death of its main process',
    (target: Target) => {
      target.kill('SIGKILL');
    },
  ],
] as const)
  test(`${name} ends everything`, async () => {
    const before = folders();
    const target = await startTarget({ quiet: true });
    end(target);
    await assertGone(target, before);
  });

test('the sudden death of the program that started it ends everything', async () => {
  const before = folders();
  const start = JSON.stringify(fileURLToPath(new URL('start.ts', import.meta.url)));
  const script = `import { startTarget } from ${start}; console.log(JSON.stringify(await startTarget())); setInterval(() => {}, 1000);`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  parent.kill('SIGKILL');
  await assertGone(JSON.parse(line.toString()) as Target, before);
});

test('a backend that dies ends the target with one line and exit code 1', async () => {
  const before = folders();
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), main, '--json', '--port', '0'],
    { stdio: 'pipe' },
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const target = JSON.parse(line.toString()) as Target;
  process.kill(target.pids.backend, 'SIGKILL');
  const [[complaint], [code]] = (await Promise.all([once(child.stderr, 'data'), once(child, 'exit')])) as [
    [Buffer],
    [number],
  ];
  assert.equal(complaint.toString(), 'target: the backend process ended by itself\n');
  assert.equal(code, 1);
  await assertGone(target, before);
});

test('a port in use is one clear line', async (t) => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  t.after(() => blocker.close());
  const { port } = blocker.address() as AddressInfo;
  const before = folders();
  const taken = `is in use: choose another with`;
  await assert.rejects(startTarget({ port, quiet: true }), {
    message: `target: port ${port} on 127.0.0.1 ${taken} --port or TARGET_PORT (0 picks a free one)`,
  });
  await assert.rejects(startTarget({ env: { SINKS_PORT: String(port) }, quiet: true }), {
    message: `target: port ${port} for the sinks ${taken} --sinks-port or SINKS_PORT`,
  });
  assert.deepEqual(folders(), before);
});

test('a wrong setting is one clear line', async () => {
  await assert.rejects(startTarget({ env: { TRACK_MODEL_COSTS: 'yes' }, quiet: true }), {
    message: 'target: TRACK_MODEL_COSTS: "yes" must be true or false',
  });
  await assert.rejects(startTarget({ env: { INJECT: '{"TRACK_MODEL_COSTS":{"waitMs":-1}}' }, quiet: true }), {
    message: 'target: INJECT: TRACK_MODEL_COSTS.waitMs: -1 must be a number from 0 to 600000',
  });
});
