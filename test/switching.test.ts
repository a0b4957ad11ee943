/** The three kinds of switching that thresholds/switching.ts shows, on the reference target. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTarget, type Target } from '../target/testing/start.ts';
import { copyProject } from './support/project.ts';

const environment = (name: string, kind: string) => `
import { ${kind} } from './switching.ts';
import type { Environment } from './types.ts';
export const ${name}: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching: ${kind},
};`;
const project = await copyProject({
  'thresholds/ci.ts': environment('ci', 'oneCallASetting'),
  'thresholds/staging.ts': environment('staging', 'headerOnly'),
});
let target: Target;
before(async () => (target = await startTarget({ env: { ALLOW_FLAG_HEADER: 'true' }, quiet: true })));
after(() => target.stop());

async function flags(): Promise<Record<string, boolean>> {
  const answer = await fetch(`${target.baseUrl}/api/v1/observability/flags`, {
    headers: { Authorization: `Bearer ${target.token}` },
  });
  return ((await answer.json()) as { flags: Record<string, boolean> }).flags;
}

/** Flags that a request has had: 0 rows of costs are written where they are not tracked. */
async function costRows(): Promise<number> {
  const answer = await fetch(`${target.baseUrl}/api/v1/observability/queue-stats`, {
    headers: { Authorization: `Bearer ${target.token}` },
  });
  const stats = (await answer.json()) as { database: { modelCosts: { queued: number; written: number } } };
  return stats.database.modelCosts.queued + stats.database.modelCosts.written;
}

for (const [what, name, switchedBy] of [
  ['one admin call for all flags', 'local', 'call'],
  ['one admin call a flag', 'ci', 'call'],
  ['a request header', 'staging', 'header'],
] as const) {
  test(`${what}: the flag is off for the run, and as it was afterwards`, async () => {
    const before = { flags: await flags(), rows: await costRows() };
    const run = await project.run('smoke', {
      env: {
        TEST_ENV: name,
        BASE_URL: target.baseUrl,
        AUTH_TOKEN: target.token,
        TRACK_MODEL_COSTS: 'false',
      },
    });
    assert.equal(run.code, 0, run.stderr);
    assert.equal(run.result?.configuration.switchedBy, switchedBy);
    assert.equal(await costRows(), before.rows);
    assert.deepEqual(await flags(), before.flags);
  });
}

test('with the flag on, the same run does write costs', async () => {
  const rows = await costRows();
  const run = await project.run('smoke', {
    env: { TEST_ENV: 'ci', BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, TRACK_MODEL_COSTS: 'true' },
  });
  assert.equal(run.code, 0, run.stderr);
  assert.ok((await costRows()) > rows);
});
