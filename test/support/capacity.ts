/** A copy of the project whose environments climb in short tries. */
import assert from 'node:assert/strict';
import { copyProject, type K6Run, type RunOptions } from './project.ts';

/** Tries of about a second, three climbs, and a gap that is narrow enough to see a large loss. */
const environment = (name: string, capacity: string) => `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ${name}: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: { payload: 'test', timeoutMs: 1_000 },
  switching: { ...switching, timeoutMs: 1_500 },
  capacity: {
    perSecond: 200, seconds: 1, settleSeconds: 0.2, warmUpSeconds: 0.5, blocks: 3, resolution: 0.3,
    recoverySeconds: 1, limits: { p95Ms: 100, errorRate: 0.01 }, ${capacity},
  },
};`;
/**
 * Asynchronous trace export does nothing without Langfuse export: both arms do the same real work, and what is injected is
 * all that the treatment costs.
 */
const arms = `baseline: 'TRACK_MODEL_COSTS', treatment: 'TRACK_MODEL_COSTS+ENABLE_ASYNC_TRACE_EXPORT'`;
const project = await copyProject({
  'thresholds/staging.ts': environment(
    'staging',
    `${arms}, step: 2, ceilingPerSecond: 2_000, maxLossShare: 0.05`,
  ),
  'thresholds/ci.ts': environment('ci', `ceilingPerSecond: 200, maxLossShare: 0.05`),
  'thresholds/local.ts': environment('local', `step: 4, ceilingPerSecond: 80_000`),
});

export function climb(testEnv: string, options: RunOptions & { env: NodeJS.ProcessEnv }): Promise<K6Run> {
  return project.run('capacity', {
    ...options,
    env: { TEST_ENV: testEnv, AUTH_TOKEN: 'a-token', SEED: '7', ...options.env },
  });
}

export function capacityOf({ result, stderr }: K6Run) {
  assert.ok(result?.capacity, stderr);
  return result.capacity;
}
