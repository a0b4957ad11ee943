/** The monitor on real k6 and the reference target: each limit seen to fail, each endpoint seen to be missing. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RunResult } from '../lib/result/run-result.ts';
import { startTarget } from '../target/start.ts';
import { copyProject } from './project.ts';
import { healthy, serve, withProbe } from './servers.ts';

/** Fast looks, and in each scenario one limit. */
const local = `
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  monitor: { intervalMs: 200, drainMs: 300 },
  scenarios: {
    smoke: { limits: { errorRate: 1, monitor: { queueGrowthPerMinute: 500 } } },
    light: { limits: { p95Ms: 5000, errorRate: 1, monitor: { memoryGrowthMbPerMinute: 2000 } } },
    medium: { limits: { p95Ms: 5000, errorRate: 1, monitor: { dbPoolShare: 0.9 } } },
    heavy: { limits: { p95Ms: 5000, errorRate: 1, monitor: { targetErrors: 10 } } },
    stress: { limits: { p95Ms: 5000, errorRate: 1, monitor: { dropped: 0 } } },
  },
};`;
const project = await copyProject({ 'thresholds/local.ts': local });
const target = await startTarget({ quiet: true });
after(() => target.stop());
const headers = { Authorization: `Bearer ${target.token}`, 'Content-Type': 'application/json' };
const load = { BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, RATE: '3s:80', PAYLOAD: 'test' };

/** A run while the target misbehaves; it is put right again. */
async function runUnder(injection: object, scenario: string, env: Record<string, string> = load) {
  const put = async (body: object) => {
    const answer = await fetch(`${target.baseUrl}/api/v1/observability/injection`, {
      method: 'PUT',
      headers,
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200);
  };
  await put(injection);
  try {
    return withResult(await project.run(scenario, { env }));
  } finally {
    await put({});
  }
}

function withResult<T extends { result: RunResult | null }>(run: T): T & { result: RunResult } {
  const { result } = run;
  assert.ok(result);
  return { ...run, result };
}

/** Makes a sink misbehave, and well again. */
async function sink(behaviour: object): Promise<void> {
  const answer = await fetch(`${target.sinksUrl}/behaviour`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(behaviour),
  });
  assert.equal(answer.status, 200);
}

const failing = ({ gates }: RunResult) =>
  gates.filter(({ status }) => status !== 'passed').map(({ name }) => name);
const rules = ({ recommendations }: RunResult) => recommendations.map(({ rule }) => rule);

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
  // Of processor time a machine that does other work as well may run short.
  const ofTime = ['blocked-event-loop', 'large-batches', 'busy-processor'];
  assert.deepEqual(
    rules(result).filter((rule) => !ofTime.includes(rule)),
    [],
    report,
  );
  assert.ok(result.run.durationMs < 3_500, 'the monitor does not prolong the run');
  const iterations = await project.run('smoke', {
    env: { ...load, RATE: '', ITERATIONS: '40', THINK_TIME: '0.05' },
  });
  assert.equal(iterations.result?.requests.total, 40);
  assert.ok(iterations.result.run.durationMs < 4_000, 'nor one whose length is not known beforehand');
});

test('a growing queue: 99, and recommended to limit it', async () => {
  const { code, result, report } = await runUnder({ base: { queueGrowth: 2 } }, 'smoke');
  assert.equal(code, 99, report);
  assert.deepEqual(failing(result), ['Growth of the fastest growing queue']);
  assert.ok(rules(result).includes('growing-queue'), report);
});

test('leaking memory: 99, and recommended what to look at', async () => {
  const { code, result, report } = await runUnder({ base: { leakBytes: 3_000_000 } }, 'light');
  assert.equal(code, 99, report);
  assert.deepEqual(failing(result), ['Growth of memory']);
  assert.ok(rules(result).includes('growing-memory'), report);
});

test('errors that the target reports: 99, beside those of the client', async () => {
  const { code, result, report } = await runUnder({ base: { errorRate: 0.5 } }, 'heavy', {
    ...load,
    ERROR_RATE: '1',
  });
  assert.equal(code, 99, report);
  assert.ok(failing(result).includes('Errors that the target reports'), report);
  assert.ok((result.monitor?.targetErrors[0]?.count ?? 0) > 10, report);
  assert.ok(rules(result).includes('failing-requests'), report);
});

test('a dead sink: its exports fail, and that is recommended about; a blocked event loop likewise', async () => {
  await sink({ langfuse: { behaviour: 'error' }, rudderstack: { behaviour: 'error' } });
  const { result, report } = await runUnder({ base: { cpuMs: 60, share: 0.2 } }, 'stress', {
    ...load,
    RATE: '4s:40',
  });
  await sink({ langfuse: { behaviour: 'ok' }, rudderstack: { behaviour: 'ok' } });
  assert.ok(rules(result).includes('failing-exports'), report);
  assert.ok(rules(result).includes('blocked-event-loop'), report);
});

/** An API whose observability answers are `body`. */
async function api(body: string) {
  const { baseUrl } = await serve((request) =>
    request.path.startsWith('/api/v1/observability/') ? { body, type: 'text/plain' } : healthy,
  );
  return { ...load, BASE_URL: baseUrl };
}

test('an exhausted pool, by Prometheus text: 99', async () => {
  const env = await api(
    '# HELP x y\ndb_pool_in_use 10\ndb_pool_size{name="main"} 10\ndb_pool_size 10 1700000000000\n',
  );
  const { code, result, report } = withResult(await project.run('medium', { env }));
  assert.equal(code, 99, report);
  assert.deepEqual(failing(result), ['Database connections in use']);
  assert.deepEqual(rules(result), ['exhausted-pool']);
});

test('dropped entries, by JSON of another shape: 99', async () => {
  let dropped = 0;
  const { baseUrl } = await serve(({ path }) =>
    path.endsWith('/queue-stats')
      ? { body: JSON.stringify([{ exporter: { dropped: (dropped += 3), pending: '7' } }]) }
      : withProbe(() => healthy)({ path } as never),
  );
  const { code, result, report } = withResult(
    await project.run('stress', { env: { ...load, BASE_URL: baseUrl } }),
  );
  assert.equal(code, 99, report);
  assert.deepEqual(failing(result), ['Entries that full queues dropped']);
  assert.deepEqual(rules(result), ['dropped-entries']);
});

test('an endpoint that is missing, slow or broken is named once and fails nothing, unless a limit needs it', async () => {
  for (const [what, answer] of [
    ['answered 404', { status: 404 }],
    ['no answer within', 'hang'],
    ['neither JSON nor Prometheus', { body: '<html>', type: 'text/html' }],
  ] as const) {
    const { baseUrl } = await serve(({ path }) =>
      path.endsWith('/metrics') || path.endsWith('/errors') ? answer : healthy,
    );
    const env = { ...load, RATE: '2s:80', BASE_URL: baseUrl };
    const free = await project.run('ramp', { env });
    assert.equal(free.code, 0, what + free.report);
    assert.equal(free.stderr.split('/metrics').length - 1, 1, free.stderr);
    assert.match(free.stderr, new RegExp(what));
    const needed = withResult(await project.run('light', { env }));
    assert.equal(needed.code, 99, what);
    assert.deepEqual(failing(needed.result), ['Growth of memory', 'Growth of memory: looks']);
    assert.ok(needed.result.gates.every(({ status }) => status === 'passed' || status === 'too few samples'));
  }
});

test('MONITOR=off where a limit needs it is refused at the start', async () => {
  const { code, stderr } = await project.run('smoke', { env: { ...load, MONITOR: 'off' } });
  assert.equal(code, 107);
  assert.match(stderr, /MONITOR: off, and thresholds\/local\.ts limits what the monitor sees/);
});
