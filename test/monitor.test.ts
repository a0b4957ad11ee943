/**
 * The monitor on real k6 and the reference target: each limit seen to fail, each recommendation seen to be triggered and
 * otherwise silent. Endpoints that are missing or odd: test/monitor-endpoints.test.ts.
 */
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunResult } from '../lib/result/run-result.ts';
import { startTarget } from '../target/testing/start.ts';
import { crossed, copyMonitored, rules, withResult } from './support/monitored.ts';
import { measured as test, undisturbed } from './support/measured.ts';

const project = await copyMonitored();
const target = await startTarget({ quiet: true, env: { METRICS_PERIOD_MS: '200' } });
after(() => target.stop());
const env = { BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, PAYLOAD: 'test' };
/** A few users, which no machine is too busy for: nothing is judged by a rate. */
const load = { ...env, STAGES: '100ms:8,2s:8', THINK_TIME: '0.08' };
/** More users than the pool has connections, without a pause. */
const heavy = { ...env, STAGES: '100ms:20,2s:20', THINK_TIME: '0' };

async function put(url: string, body: object): Promise<void> {
  const headers = { Authorization: `Bearer ${target.token}`, 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200);
}
const inject = (injection: object) => put(`${target.baseUrl}/api/v1/observability/injection`, injection);
const fault = (kind: string | null) => put(`${target.baseUrl}/api/v1/observability/fault`, { fault: kind });
/** Makes both sinks misbehave, or well again. */
const sinks = (behaviour: object) =>
  put(`${target.sinksUrl}/behaviour`, { langfuse: behaviour, rudderstack: behaviour });

/** A run while the target misbehaves; it is put right again, and its queues empty. */
async function runUnder(injection: object, scenario: string, variables: Record<string, string> = load) {
  await inject(injection);
  try {
    return withResult(await project.run(scenario, { env: variables }));
  } finally {
    await inject({});
    await sinks({ behaviour: 'ok' });
    await put(`${target.baseUrl}/api/v1/observability/flags`, { flags: {}, drain: true });
  }
}

/** That a run has triggered these rules, whatever others. */
function assertTriggered(
  expected: readonly string[],
  { result, report }: { result: RunResult; report: string },
) {
  const found = result.recommendations.map(({ rule }) => rule);
  for (const rule of expected) assert.ok(found.includes(rule), `${rule} in ${found.join()}\n${report}`);
}

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

test('one piece of work that stalls the event loop, and exports of which some fail', async () => {
  await sinks({ behaviour: 'error' });
  void wait(1_000).then(() => sinks({ behaviour: 'ok' }));
  // Of the seeded draws this share hits the 47th request, and none of the next 450.
  const injection = { ENABLE_LANGFUSE_EXPORT: { blockMs: 130, share: 0.002 } };
  const run = await runUnder(injection, 'medium', { ...load, STAGES: '100ms:8,5s:8' });
  assertTriggered(['large-batches', 'failing-exports'], run);
});

test('a rate limit', async () => {
  await fault('status:429');
  const { result, report } = await runUnder({}, 'medium', { ...load, STAGES: '100ms:8,900ms:8' });
  await fault(null);
  assert.deepEqual(rules(result), ['rate-limited'], report);
});

test('an overhead above its budget, and traces that are exported while the request waits', async () => {
  await inject({ ENABLE_LANGFUSE_EXPORT: { waitMs: 60 } });
  const { code, result, report, stderr } = await undisturbed(() =>
    project.run('overhead', { env: { ...env, BUDGET: '10', TREATMENT: 'ENABLE_LANGFUSE_EXPORT' } }),
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
