/**
 * The monitor on real k6 and the reference target: each limit seen to fail, each recommendation seen to be triggered and
 * otherwise silent. What brings the target to its limit, or is told by its event loop: test/monitor-limits.test.ts. Endpoints that are missing or odd:
 * test/monitor-endpoints.test.ts.
 */
import assert from 'node:assert/strict';
import { heldUp, measured as test, undisturbed } from './support/measured.ts';
import { assertTriggered, env, fault, inject, load, project, runUnder } from './support/misbehaving.ts';
import { crossed, rules } from './support/monitored.ts';

test('every series is found on the reference target, the limits hold, and nothing is recommended', async () => {
  const { code, result, report, stderr } = await project.run('smoke', { env: load });
  assert.equal(code, 0, report + stderr);
  assert.ok(result?.monitor);
  const names = result.monitor.series.map(({ name }) => name);
  for (const name of ['cpu', 'memory', 'eventLoopDelay', 'dbPoolInUse', 'dbPoolSize', 'errors']) {
    assert.ok(names.includes(name), `${name} in ${names.join()}`);
  }
  for (const queue of ['langfuse', 'rudderstack']) {
    for (const kind of ['queue', 'exported', 'failed', 'dropped'])
      assert.ok(names.includes(`${kind} ${queue}`));
  }
  assert.ok(result.monitor.endpoints.every(({ polls, problem }) => polls >= 5 && problem === null));
  const exported = result.monitor.series.find(({ name }) => name === 'exported rudderstack');
  assert.ok(exported !== undefined && exported.last > 0 && exported.last <= result.requests.total);
  assert.deepEqual(rules(result), [], report);
  assert.ok(result.run.durationMs < 3_500, 'the monitor does not prolong the run');
  const iterations = await project.run('medium', { env: { ...env, ITERATIONS: '40', THINK_TIME: '0.05' } });
  assert.equal(iterations.result?.requests.total, 40);
  assert.ok(iterations.result.run.durationMs < 4_000, 'nor one whose length is not known beforehand');
});

test('a growing queue, leaking memory, a cache without expiry: 99, and recommended about', async () => {
  const { code, result, report } = await runUnder(
    { base: { queueGrowth: 40, leakBytes: 2_000_000, cacheGrowth: 40 } },
    'smoke',
    { ...load, STAGES: '100ms:8,3s:8' },
  );
  assert.equal(code, 99, report);
  assert.deepEqual(crossed(result), ['Growth of the fastest growing queue', 'Growth of memory']);
  assert.deepEqual(rules(result), ['growing-cache', 'growing-memory', 'growing-queue'], report);
});

test('synchronous I/O, and requests that wait for their time-out', async () => {
  const injection = {
    base: { blockMs: 60, share: 0.5 },
    TRACK_MODEL_COSTS: { waitMs: 2_000, share: 0.05 },
  };
  // Some twenty requests a second, of which the processor feels little; on some machines it feels waking up.
  const calm = { ...load, STAGES: '100ms:6,2s:6', THINK_TIME: '0.25' };
  const run = await runUnder(injection, 'medium', calm);
  const cpu = run.result.monitor?.series.find(({ name }) => name === 'cpu')?.mean ?? NaN;
  assertTriggered(['missing-timeouts', cpu < 15 ? 'synchronous-io' : 'blocked-event-loop'], run);
});

test('a rate limit', async () => {
  await fault('status:429');
  const { result, report } = await runUnder({}, 'medium', { ...load, STAGES: '100ms:8,900ms:8' });
  await fault(null);
  assert.deepEqual(rules(result), ['rate-limited'], report);
});

test('an overhead above its budget, and traces that are exported while the request waits', async () => {
  const waitMs = 60;
  await inject({ ENABLE_LANGFUSE_EXPORT: { waitMs } });
  const { code, result, report, stderr } = await undisturbed(
    () => project.run('overhead', { env: { ...env, BUDGET: '10', TREATMENT: 'ENABLE_LANGFUSE_EXPORT' } }),
    heldUp(3 * waitMs),
  );
  await inject({});
  assert.equal(code, 99, report + stderr);
  assert.ok(result);
  assert.deepEqual(rules(result), ['synchronous-export', 'unused-flags'], report);
  const starts = result.overhead?.arms.flatMap(({ blocks }) =>
    blocks.map((block) => block?.startedAtMs ?? 0),
  );
  assert.equal(new Set(starts).size, 10, 'each arm of each block says when it began');
});
