import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChild } from './child.ts';

const node = (script: string, ...args: string[]) => ['-e', script, ...args];
const quiet = ['ignore', 'ignore', 'ignore'] as const;

test('the exit code is passed through', async () => {
  for (const code of [0, 1, 99, 105, 255]) {
    assert.equal(await runChild('sh', ['-c', `exit ${code}`], { stdio: [...quiet] }), code);
  }
});

test('a program ended by a signal gives 128 + its number', async () => {
  assert.equal(await runChild('sh', ['-c', 'kill -KILL $$']), 137);
  assert.equal(await runChild('sh', ['-c', 'kill -TERM $$']), 143);
});

test('a program that is not there rejects with the reason', async () => {
  await assert.rejects(runChild('no-such-program-here', []), /ENOENT/);
});

test('variables are added, replaced and taken away', async () => {
  const script =
    'process.exit(process.env.ADDED === "1" && process.env.HOME === undefined && process.env.PATH ? 7 : 1)';
  assert.equal(await runChild(process.execPath, node(script), { env: { ADDED: '1', HOME: undefined } }), 7);
});

// Prints "ready", then the signals that it got, and ends with their number a while after the first one.
const countsSignals = (lifeMs: number) => `
  let count = 0;
  const keep = setInterval(() => undefined, 1000);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {
    console.log(name);
    if (count++ === 0) setTimeout(() => process.exit(40 + count), ${lifeMs});
  });
  console.log('ready');`;

/** Runs it, raises `signals` (name, milliseconds after it is ready) in this process, and gives what it got. */
async function signalled(
  signals: [NodeJS.Signals, number][],
  lifeMs = 900,
): Promise<{ code: number; got: string[] }> {
  let output = '';
  const code = await runChild(process.execPath, node(countsSignals(lifeMs)), {
    stdio: ['ignore', 'pipe', 'inherit'],
    onStart: ({ stdout }) => {
      stdout?.on('data', (chunk: Buffer) => {
        if (output === '')
          for (const [name, ms] of signals) setTimeout(() => process.kill(process.pid, name), ms);
        output += chunk.toString();
      });
    },
  });
  return { code, got: output.trim().split('\n').slice(1) };
}

test('a signal is passed on once, however often npm and the terminal repeat it, and the end is waited for', async () => {
  assert.deepEqual(
    await signalled([
      ['SIGINT', 0],
      ['SIGINT', 30],
      ['SIGINT', 100],
    ]),
    { code: 41, got: ['SIGINT'] },
  );
  assert.deepEqual(await signalled([['SIGTERM', 0]]), { code: 41, got: ['SIGTERM'] });
});

test('a second Ctrl+C, later, is passed on as well', async () => {
  assert.deepEqual(
    await signalled(
      [
        ['SIGINT', 0],
        ['SIGINT', 1_000],
      ],
      3_000,
    ),
    { code: 42, got: ['SIGINT', 'SIGINT'] },
  );
});

test('a closed terminal ends the program in good order', async () => {
  assert.deepEqual(await signalled([['SIGHUP', 0]]), { code: 41, got: ['SIGTERM'] });
});

test('afterwards this process listens to no signal any more', () => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) assert.equal(process.listenerCount(name), 0, name);
});
