/** An experiment whose token ends while it measures. The other ways to a token: test/auth.test.ts. */
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { startTarget } from '../target/testing/start.ts';
import { measured as test, undisturbed } from './support/measured.ts';
import { copyProject } from './support/project.ts';

const staging = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const staging: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'oauth2', tokenUrl: '/oauth/token', clientId: 'local-client', clientSecret: { variable: 'CLIENT_SECRET' } },
  switching,
  overhead: { perSecond: 250, seconds: 0.8, settleSeconds: 0.1, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5 },
};`;
const project = await copyProject({ 'thresholds/staging.ts': staging });
const target = await startTarget({ env: { TOKEN_TTL_S: '2' }, quiet: true });
after(() => target.stop());

test('OAuth 2: an experiment has and renews its token as a load does', async () => {
  const env = { TEST_ENV: 'staging', BASE_URL: target.baseUrl, CLIENT_SECRET: 'local-secret' };
  const run = await undisturbed(() => project.run('overhead', { env: { ...env, EARLY_STOP: 'off' } }));
  for (const arm of ['baseline', 'treatment'])
    assert.match(run.report, new RegExp(`^ +${arm} .* 0 +1000 `, 'm'), run.stderr);
  assert.ok(!JSON.stringify(run).includes('local-secret'));
});
