/** The experiment on the reference target, whose overhead is known because it was put there. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTarget, type Target } from '../target/start.ts';
import { copyProject, type K6Run } from './project.ts';
import { undisturbed } from './undisturbed.ts';

/**
 * Both arms do the same real work: asynchronous trace export does nothing without Langfuse export. What is injected for
 * it is the whole overhead.
 */
const environment = (name: string, seconds: number) => `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ${name}: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: { payload: 'test' },
  switching,
  overhead: {
    baseline: 'TRACK_MODEL_COSTS', treatment: 'TRACK_MODEL_COSTS+ENABLE_ASYNC_TRACE_EXPORT',
    perSecond: 400, seconds: ${seconds}, settleSeconds: 0.3, warmUpSeconds: 1, blocks: 6,
  },
};`;
const project = await copyProject({
  'thresholds/staging.ts': environment('staging', 0.5),
  // A queue needs a while to grow.
  'thresholds/ci.ts': environment('ci', 1),
});
let target: Target;
before(async () => (target = await startTarget({ env: { ALLOW_FLAG_HEADER: 'true' }, quiet: true })));
after(() => target.stop());

async function inject(effects: object): Promise<void> {
  const answer = await fetch(`${target.baseUrl}/api/v1/observability/injection`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${target.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(effects),
  });
  assert.equal(answer.status, 200, await answer.text());
}

async function experiment(effects: object, env: Record<string, string> = {}): Promise<K6Run> {
  await inject(effects);
  return undisturbed(() =>
    project.run('overhead', {
      env: { TEST_ENV: 'staging', BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, ...env },
    }),
  );
}

function overheadOf({ result, stderr }: K6Run) {
  assert.ok(result?.overhead, stderr);
  return result.overhead;
}

const spread = { base: { distribution: { kind: 'lognormal', meanMs: 20, sdMs: 8, seed: 1 } } };

for (const { ms, code } of [
  { ms: 100, code: 0 },
  { ms: 200, code: 99 },
]) {
  test(`a delay of ${ms} ms under a budget of 150 ms: exit ${code}, and an interval that holds it`, async () => {
    const run = await experiment({ ...spread, ENABLE_ASYNC_TRACE_EXPORT: { waitMs: ms } });
    assert.equal(run.code, code, run.stderr);
    const advised = run.result?.recommendations.some(({ rule }) => rule === 'unused-flags');
    assert.equal(advised, code === 99, 'to look at the flags is recommended where the budget is exceeded');
    const { interval, estimateMs } = overheadOf(run);
    assert.ok(interval && estimateMs !== null);
    // The interval covers the truth in 19 of 20 runs; five times its width, plus a timer's tick, in all.
    const slack = 5 * (interval.upperMs - interval.lowerMs) + 2;
    assert.ok(interval.lowerMs - slack < ms && ms < interval.upperMs + slack, JSON.stringify(interval));
  });
}

test('a CPU cost near saturation: header mode shows a lower bound, toggle finds more', async () => {
  // One worker at 400/s, with about 0.5 ms of its own: busy for six tenths of the time, with the flag for nearly nine.
  const effects = { base: { cpuMs: 1 }, ENABLE_ASYNC_TRACE_EXPORT: { cpuMs: 0.7 } };
  const toggle = overheadOf(await experiment(effects, { TEST_ENV: 'ci', EARLY_STOP: 'off' }));
  const byHeader = await experiment(effects, { TEST_ENV: 'ci', BLOCKS: '20', MODE: 'header' });
  const header = overheadOf(byHeader);
  assert.ok(toggle.estimateMs !== null && header.estimateMs !== null, byHeader.stderr);
  assert.ok(
    toggle.estimateMs > header.estimateMs,
    `toggle ${toggle.estimateMs}, header ${header.estimateMs}`,
  );
  assert.match(byHeader.report, /lower bound/);
});

test('a flag that is silently not applied: INVALID', async () => {
  const faulty = await startTarget({ env: { FLAGS_FAULT: 'ignore:ENABLE_ASYNC_TRACE_EXPORT' }, quiet: true });
  try {
    const run = await project.run('overhead', {
      env: { TEST_ENV: 'staging', BASE_URL: faulty.baseUrl, AUTH_TOKEN: faulty.token },
    });
    assert.equal(run.code, 108, run.stderr);
    assert.match(run.stderr, /ENABLE_ASYNC_TRACE_EXPORT/);
  } finally {
    await faulty.stop();
  }
});
