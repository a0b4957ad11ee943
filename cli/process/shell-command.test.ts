import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { ending } from '../../test/support/endings.ts';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { runShellCommand, ShellCommandError, type GraceClock } from './shell-command.ts';

const never = new AbortController().signal;

/** A clock by which ten seconds pass in half of one. */
const HURRY = 20;
const hurried: GraceClock = { now: () => performance.now() * HURRY, sleep: (ms) => wait(ms / HURRY) };

/** Whether a process is there; one that has ended and was not waited for is not. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !stat.includes(') Z ');
}

/** Waits for a process to end, not by the time that takes. */
async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 50 && (await isAlive(pid)); tries += 1) await wait(100);
  return !(await isAlive(pid));
}

/** Waits until a command has written a file. */
async function written(file: string): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '' || tries === 100) return text;
    await wait(50);
  }
}

test('a command that ends well says nothing', async () => {
  await assert.doesNotReject(runShellCommand('echo done; exit 0', 5_000, never));
});

test('one that fails says how, with its last line, in one line', async () => {
  await assert.rejects(
    runShellCommand("echo first; printf 'no\\033[31m such\\n\\n' >&2; exit 3", 5_000, never),
    (error: unknown) => {
      assert.ok(error instanceof ShellCommandError);
      assert.equal(error.message, 'failed with exit code 3: no\\u001b[31m such');
      return true;
    },
  );
  await assert.rejects(
    runShellCommand('kill -9 $$', 5_000, never),
    /^ShellCommandError: was ended by SIGKILL/,
  );
  await assert.rejects(
    runShellCommand('no-such-program', 5_000, never),
    /failed with exit code 127: .*no-such-program/,
  );
});

test('the last line shows no secret that the command was given, or wrote down', async (t) => {
  process.env.DEPLOY_TOKEN = 'tok-7f3a9c';
  t.after(() => delete process.env.DEPLOY_TOKEN);
  for (const line of [
    'login with $DEPLOY_TOKEN failed',
    'curl: http://user:tok-7f3a9c@host/flags?key=tok-7f3a9c refused',
    '> Authorization: Bearer tok-7f3a9c',
    'password=tok-7f3a9c rejected',
  ]) {
    await assert.rejects(runShellCommand(`echo "${line}"; exit 3`, 5_000, never), ({ message }: Error) => {
      assert.ok(message.includes('***') && !message.includes('7f3a9c'), message);
      assert.ok(message.includes(ending('secret-in-last-line').says), message);
      return true;
    });
  }
});

test(
  'a server in the background lives on, and does not hold up the command; after a time-out or an abort nothing does',
  { skip: process.platform !== 'linux' && 'reads /proc' },
  async (t) => {
    const folder = await temporaryFolder(t);
    const pidFile = join(folder, 'pid');
    const background = `(while true; do echo alive; sleep 0.05; done) & echo $! > '${pidFile}'`;
    const pid = async () => Number(await readFile(pidFile, 'utf8'));

    const start = performance.now();
    await runShellCommand(background, 5_000, never);
    assert.ok(performance.now() - start < 2_000);
    await wait(300);
    assert.ok(await isAlive(await pid()));
    process.kill(await pid(), 'SIGKILL');

    // Where process 1 is in no hurry to collect what has ended, what was in the background seems to be there until then.
    await assert.rejects(
      runShellCommand(`${background}; wait`, 2_000, never, { clock: hurried }),
      /did not end within 2 s: alive/,
    );
    assert.ok(await gone(await pid()));
    await rm(pidFile);

    const controller = new AbortController();
    const aborted = runShellCommand(`${background}; wait`, 20_000, controller.signal, {
      clock: hurried,
    });
    await Promise.all([
      assert.rejects(aborted, /^Error: enough/),
      written(pidFile).then(() => {
        controller.abort(new Error('enough'));
      }),
    ]);
    assert.ok(await gone(await pid()));
  },
);

test('a command that is ended may put back what it has changed', async (t) => {
  const folder = await temporaryFolder(t);
  const [busy, done] = [join(folder, 'busy'), join(folder, 'done')];
  const tidies = `trap "sleep 0.3; echo tidy > '${done}'; exit 0" TERM; echo busy > '${busy}'; while true; do sleep 0.05; done`;
  const controller = new AbortController();
  const ended = runShellCommand(tidies, 20_000, controller.signal);
  await Promise.all([
    assert.rejects(ended, /^Error: enough/),
    written(busy).then(() => {
      controller.abort(new Error('enough'));
    }),
  ]);
  assert.equal(await readFile(done, 'utf8'), 'tidy\n');
});

test('a command that takes too long is ended; one that will not end is killed after ten seconds', async () => {
  const start = hurried.now();
  let killedAfterMs = NaN;
  const [late, stubborn] = await Promise.allSettled([
    runShellCommand('while true; do sleep 0.05; done', 200, never),
    runShellCommand('trap "" TERM; while true; do sleep 0.05; done', 1_000, never, {
      clock: hurried,
    }).finally(() => {
      killedAfterMs = hurried.now() - start - 1_000 * HURRY;
    }),
  ]);
  assert.match(
    String(late.status === 'rejected' && late.reason),
    new RegExp(ending('command-too-slow').says),
  );
  assert.match(String(stubborn.status === 'rejected' && stubborn.reason), /did not end within 1 s/);
  assert.ok(killedAfterMs >= 10_000 && killedAfterMs < 60_000, `${killedAfterMs} ms`);
});
