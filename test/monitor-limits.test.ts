/** The monitor on real k6 and a reference target that is brought to its limit, and what the delay of its event loop tells. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunResult } from '../lib/result/run-result.ts';
import { measured as test, undisturbed } from './support/measured.ts';
import { assertTriggered, heavy, load, runUnder, sinks } from './support/misbehaving.ts';
import { crossed, rules } from './support/monitored.ts';

test('an exhausted pool and errors that the target reports: 99, beside those of the client', async () => {
  const { code, result, report } = await runUnder(
    { base: { databaseMs: 60, errorRate: 0.3 } },
    'smoke',
    heavy,
  );
  assert.equal(code, 99, report);
  assert.deepEqual(crossed(result), ['Database connections in use', 'Errors that the target reports']);
  // What waits for the database may also make a queue grow.
  const found = rules(result).filter((rule) => rule !== 'growing-queue');
  assert.deepEqual(found, ['blocking-database', 'exhausted-pool', 'failing-requests'], report);
  assert.ok((result.monitor?.targetErrors[0]?.count ?? 0) > 10, report);
});

test('entries that full queues drop: 99', async () => {
  await sinks({ behaviour: 'slow', delayMs: 1_500 });
  const { code, result, report } = await runUnder({}, 'smoke', heavy);
  assert.equal(code, 99, report);
  assert.ok(crossed(result).includes('Entries that full queues dropped'), report);
  assert.ok(rules(result).includes('dropped-entries'), report);
});

test('a target that burns its processor, and whose exports do not arrive', async () => {
  await sinks({ behaviour: 'error' });
  const run = await runUnder({ base: { cpuMs: 10 } }, 'medium', heavy);
  assertTriggered(['blocked-event-loop', 'unreachable-service'], run);
});

test('one piece of work that stalls the event loop, and exports of which some fail', async () => {
  await sinks({ behaviour: 'error' });
  void wait(1_000).then(() => sinks({ behaviour: 'ok' }));
  // Of the seeded draws this share hits the 47th request, and none of the next 450.
  const injection = { ENABLE_LANGFUSE_EXPORT: { blockMs: 130, share: 0.002 } };
  const calm = { ...load, STAGES: '100ms:8,8s:8', THINK_TIME: '0.15' };
  const run = await undisturbed(
    () => runUnder(injection, 'medium', calm),
    // One stall alone is a tenth of that: the machine has added more of them.
    ({ result }) => loopDelay(result).mean >= 20,
  );
  assert.ok(loopDelay(run.result).max >= 120, run.report);
  assertTriggered(['large-batches', 'failing-exports'], run);
});

function loopDelay(result: RunResult | null): { mean: number; max: number } {
  const found = result?.monitor?.series.find(({ name }) => name === 'eventLoopDelay');
  return { mean: found?.mean ?? NaN, max: found?.max ?? NaN };
}
