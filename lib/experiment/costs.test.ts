import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costsOfWindow, throughput, type Reading } from './costs.ts';

const reading = (lostEntries: number, cpuSeconds: number | null, memoryMb: number | null = 100): Reading => ({
  cpuSeconds,
  memoryMb,
  eventLoopDelayMs: 2,
  lostEntries,
});

test('a window: processor time by request and by second, memory by its mean and its growth', () => {
  const window = costsOfWindow(reading(10, 10, 100), reading(30, 11, 101), 2, 500, []);
  assert.deepEqual(window, {
    cpuMsPerRequest: 2,
    cpuShare: 0.5,
    memoryMb: 100.5,
    memoryGrowthMbPerMinute: 30,
    eventLoopDelayMs: 2,
    finishedPerSecond: null,
    lostPerSecond: 10,
  });
});

test('what is not known is null: no reading, no counter, one that a restart set back', () => {
  for (const [before, after] of [
    [null, reading(30, 11)],
    [reading(10, 10), null],
    [reading(10, null), reading(30, null)],
    [reading(10, 10), reading(30, 1)],
  ] as const) {
    const { cpuMsPerRequest, cpuShare } = costsOfWindow(before, after, 2, 500, []);
    assert.deepEqual([cpuMsPerRequest, cpuShare], [null, null]);
  }
  assert.equal(costsOfWindow(reading(10, 10), reading(30, 11), 2, 0, []).cpuMsPerRequest, null);
});

test('finished requests a second: the rate of answers, whatever each takes; of an overload that of the server', () => {
  const every = (ms: number, delayMs: number) => Array.from({ length: 400 }, (_, i) => i * ms + delayMs);
  assert.equal(throughput(every(5, 0)), 200);
  assert.equal(throughput(every(5, 300)), 200);
  assert.equal(throughput(every(8, 0)), 125);
  assert.equal(throughput(every(5, 0).slice(0, 10)), null);
  assert.equal(throughput(Array.from({ length: 30 }, () => 7)), null);
});
