/** The README's "On your own system", as it is written. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measured as test, undisturbed } from './support/measured.ts';
import { copyProject } from './support/project.ts';
import { found, serveSwitchable } from './support/switchable.ts';

test("the README's lines of configuration, and a verdict on one's own system", async () => {
  const section =
    readFileSync(join(import.meta.dirname, '../README.md'), 'utf8').split('## On your own system')[1] ?? '';
  const [, lines = ''] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
  const environment = `import type { Environment } from './types.ts';
export const staging: Environment = {
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  overhead: { perSecond: 250, seconds: 0.8, settleSeconds: 0.1, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5 },
${lines}};`;
  const copy = await copyProject({ 'thresholds/staging.ts': environment });
  const server = await serveSwitchable({ extraMs: 5 });
  const run = await undisturbed(() =>
    copy.run('overhead', {
      env: { TEST_ENV: 'staging', BASE_URL: server.baseUrl, AUTH_TOKEN: 'a-token' },
    }),
  );
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.result?.overhead?.verdict.kind, 'PASS');
  assert.equal(run.result.overhead.flagsRestored, true);
  assert.deepEqual(server.flags(), found);
});
