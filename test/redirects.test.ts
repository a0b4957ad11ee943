/** A redirect is an answer like any other: no part of the suite follows one, and nothing reaches the place it leads to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertEnding } from './support/endings.ts';
import { copyProject } from './support/project.ts';
import { healthy, serve, type Answer, type Received } from './support/servers.ts';

const project = await copyProject();
const small = { LOAD: 'iterations', ITERATIONS: '30', CONCURRENCY: '3', AUTH_TOKEN: 'tok-7f3a9c' };

/** Where redirects lead: it answers everything well. */
const elsewhere = await serve(() => healthy);
const away = (path: string): Answer => ({
  status: 307,
  headers: { Location: `${elsewhere.baseUrl.replace('//', '//user:s3cret@')}${path}?key=s3cret` },
});

/** A server that answers well but for the requests that `redirected` picks. */
function redirecting(redirected: (request: Received) => boolean) {
  return serve((request) =>
    redirected(request)
      ? away(request.path)
      : request.path.startsWith('/api/v1/observability/')
        ? { body: '{}' }
        : healthy,
  );
}

test('a load of redirects fails, and each is one request', async () => {
  const server = await redirecting(({ path }) => path.endsWith('/execute'));
  const run = await project.run('light', { env: { ...small, BASE_URL: server.baseUrl } });
  assertEnding('redirected-load', { code: run.code, output: run.report });
  assert.equal(server.received.filter(({ path }) => path.endsWith('/execute')).length, 30);
  assert.equal(elsewhere.received.length, 0);
});
