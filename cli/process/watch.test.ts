import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { readUsage } from './usage.ts';
import { summarize, watchUsage } from './watch.ts';

test('the summary is per interval and never invents a number', () => {
  const sample = (atMs: number, cpuSeconds: number, residentBytes: number) => ({
    atMs,
    cpuSeconds,
    residentBytes,
  });
  assert.deepEqual(summarize([]), { samples: 0 });
  assert.deepEqual(summarize([sample(0, 5, 10)]), { samples: 1, peakResidentBytes: 10 });
  const samples = [sample(500, 5, 10), sample(1500, 5.5, 30), sample(2500, 7, 20)];
  assert.deepEqual(summarize(samples), { samples: 3, meanCpus: 1, peakCpus: 1.5, peakResidentBytes: 30 });
});

test('a busy process shows as busy, an idle one as idle, an ended one not at all', async () => {
  const start = async (script: string) => {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    assert.ok(child.pid);
    return { child, pid: child.pid, summary: watchUsage(child.pid, 100) };
  };
  const idle = await start('console.log("ready"); setTimeout(() => undefined, 60_000)');
  // What it has had of the processor it says itself: other work on this machine takes from it.
  const busy = await start(`
    const { writeSync } = require('node:fs');
    const say = () => writeSync(1, process.cpuUsage().user + ' ' + performance.now() + '\\n');
    for (let next = 0; ; ) if (performance.now() >= next) { say(); next = performance.now() + 50; }`);
  const said: string[] = [];
  busy.child.stdout.on('data', (chunk: Buffer) => said.push(...chunk.toString().trim().split('\n')));
  await wait(1_050);
  const [idleUsed, busyUsed] = [await idle.summary(), await busy.summary()];
  for (const { child } of [idle, busy]) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  assert.ok(idleUsed.samples >= 5 && busyUsed.samples >= 5);
  assert.ok((idleUsed.meanCpus ?? 9) < 0.2, `idle: ${idleUsed.meanCpus ?? 'none'}`);
  const ratio = (busyUsed.meanCpus ?? 0) / cpusOf(said);
  assert.ok(ratio > 0.6 && ratio < 1.6, `busy: ${ratio} of what it has had`);
  // A Node process takes some 40 MB.
  assert.ok((idleUsed.peakResidentBytes ?? 0) > 10e6 && (idleUsed.peakResidentBytes ?? 0) < 500e6);
  assert.equal(await readUsage(idle.pid), undefined);
  assert.deepEqual(await watchUsage(idle.pid)(), { samples: 0 });
});

/** Processors that a process has had, by what it said of itself: µs of its user time, and ms on its clock. */
function cpusOf(said: readonly string[]): number {
  const [first, last] = [said.at(0), said.at(-1)].map((line) => (line ?? '').split(' ').map(Number));
  const [from = NaN, start = NaN] = first ?? [];
  const [to = NaN, end = NaN] = last ?? [];
  return (to - from) / 1_000 / (end - start);
}
