import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../lib/config/config.ts';
import { fixtureEnvironment, fixtureSources } from '../../test/support/fixture-environment.ts';
import { serve } from '../../test/support/servers.ts';
import { clientFor } from '../api/client.ts';
import { targetFindings } from './target.ts';

const server = await serve(({ path }) => ({ status: Number(path.slice(1)), body: '{}' }));
const env = { TEST_ENV: 'fixture', AUTH_TOKEN: 'tok-7f3a9c', COOKIE: 'session=a b; theme=1' };

/** What is said of the token where the probe is answered by a status. */
async function tokenAt(status: number): Promise<string> {
  const environment = {
    ...fixtureEnvironment,
    baseUrl: server.baseUrl,
    api: {
      headers: { Cookie: { variable: 'COOKIE' } },
      probe: { method: 'GET', path: `/${status}` },
    } as const,
  };
  const target = loadConfig('smoke', env, { ...fixtureSources, environments: { fixture: environment } });
  const { findings } = await targetFindings(target, clientFor(target, '', env));
  const found = findings.find(({ subject }) => subject === 'token');
  return `${found?.status ?? ''}: ${found?.text ?? ''}`;
}

test('a token is accepted where the probe is answered well, and else it is said what was seen', async () => {
  assert.match(await tokenAt(200), /^ok: .*accepted by \/200/);
  assert.match(await tokenAt(202), /^ok: .*accepted by \/202/);
  for (const status of [400, 404, 405, 429])
    assert.match(
      await tokenAt(status),
      new RegExp(`^note: not tried: GET /${status} answered ${status}, which neither`),
    );
  assert.match(await tokenAt(401), /^problem: /);
});

test('the secret value of a header keeps its spaces', async () => {
  await tokenAt(200);
  assert.equal(server.received.at(-1)?.headers.cookie, env.COOKIE);
});
