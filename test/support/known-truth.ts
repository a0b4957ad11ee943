/** The experiment on the reference target, with costs that are put there. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startTarget, type Target } from '../../target/testing/start.ts';
import { Client } from '../../target/testing/client.ts';
import { copyProject, type K6Run } from './project.ts';
import { undisturbed } from './measured.ts';

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
    perSecond: 400, seconds: ${seconds}, settleSeconds: 0.3, warmUpSeconds: 1, blocks: 6, leastSeconds: 1,
  },
};`;
export const project = await copyProject({
  'thresholds/staging.ts': environment('staging', 0.5),
  // A queue needs a while to grow.
  'thresholds/ci.ts': environment('ci', 1),
});
let target: Target;
before(async () => (target = await startTarget({ env: { ALLOW_FLAG_HEADER: 'true' }, quiet: true })));
after(() => target.stop());

export async function experiment(effects: object, env: Record<string, string> = {}): Promise<K6Run> {
  await new Client(target).inject(effects);
  return undisturbed(() =>
    project.run('overhead', {
      env: { TEST_ENV: 'staging', BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, ...env },
    }),
  );
}

export function overheadOf({ result, stderr }: K6Run) {
  assert.ok(result?.overhead, stderr);
  return result.overhead;
}
