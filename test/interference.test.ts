/**
 * What requests wait for each other: the experiment near the saturation of the reference target. That header mode shows a
 * lower bound of it: lib/experiment/run-experiment.test.ts.
 */
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { startTarget } from '../target/testing/start.ts';
import { all, Client } from '../target/testing/client.ts';
import { measured as test, undisturbed } from './support/measured.ts';
import { copyProject, type K6Run } from './support/project.ts';

/**
 * Both arms do the same real work: asynchronous trace export does nothing without Langfuse export. What is injected for
 * it is the whole overhead. A queue needs a while to grow: arms are no shorter than a second.
 */
const ci = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ci: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: { payload: 'test' },
  switching,
  overhead: {
    baseline: 'TRACK_MODEL_COSTS', treatment: 'TRACK_MODEL_COSTS+ENABLE_ASYNC_TRACE_EXPORT',
    perSecond: 350, seconds: 1, settleSeconds: 0.3, warmUpSeconds: 1, blocks: 6, leastSeconds: 1,
  },
};`;
const project = await copyProject({ 'thresholds/ci.ts': ci });
const target = await startTarget({ quiet: true });
after(() => target.stop());

function experiment(env: Record<string, string>): Promise<K6Run> {
  return undisturbed(() =>
    project.run('overhead', {
      env: { TEST_ENV: 'ci', BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, ...env },
    }),
  );
}

function overheadOf({ result, stderr }: K6Run) {
  assert.ok(result?.overhead, stderr);
  return result.overhead;
}

/**
 * How much of the time the treatment keeps the one worker busy, on whatever machine: at less its requests hardly wait for
 * each other, nearer to its limit queues grow for as long as an arm lasts.
 */
const BUSY = 0.88;

/** Processor time that the target takes for a request, milliseconds. */
async function cpuMsPerRequest(client: Client): Promise<number> {
  const requests = 500;
  await client.executeMany(requests, 4);
  const before = await client.cpuSeconds();
  await client.executeMany(requests, 4);
  return (((await client.cpuSeconds()) - before) * 1_000) / requests;
}

test('a CPU cost near saturation: the whole system pays more than the requests that have it', async () => {
  const costMs = 0.7;
  const client = new Client(target);
  await client.inject({ base: { cpuMs: 1 }, ENABLE_ASYNC_TRACE_EXPORT: { cpuMs: costMs } });
  await client.switchFlags({
    ...all(false),
    ENABLE_OBSERVABILITY: true,
    TRACK_MODEL_COSTS: true,
    ENABLE_ASYNC_TRACE_EXPORT: true,
  });
  const perSecond = Math.round((BUSY * 1_000) / (await cpuMsPerRequest(client)));

  const { interval, verdict } = overheadOf(await experiment({ EARLY_STOP: 'off', RATE: String(perSecond) }));
  // The whole interval lies above it, not the number alone.
  assert.ok(interval !== null && interval.lowerMs > costMs, JSON.stringify([interval, verdict]));
});
