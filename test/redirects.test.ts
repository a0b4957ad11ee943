/** A redirect is an answer like any other: no part of the suite follows one, and nothing reaches the place it leads to. */
import assert from 'node:assert/strict';
import { assertEnding } from './support/endings.ts';
import { measured as test, undisturbed } from './support/measured.ts';
import { copyProject } from './support/project.ts';
import { healthy, serve, type Answer, type Received } from './support/servers.ts';
import { serveSwitchable } from './support/switchable.ts';

const project = await copyProject({
  'thresholds/ci.ts': `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ci: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  switching,
  overhead: { perSecond: 250, seconds: 0.8, settleSeconds: 0.1, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5 },
};`,
});
const small = {
  LOAD: 'iterations',
  ITERATIONS: '30',
  CONCURRENCY: '3',
  AUTH_TOKEN: 'tok-7f3a9c',
  P95: '5000',
};

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
  assert.match(run.report, /status is 200 +0 passed +30 failed/);
  assert.equal(
    server.received.filter(({ path }) => path.endsWith('/execute')).length,
    31,
    'one is asked again, for the report',
  );
  assert.equal(elsewhere.received.length, 0);
});

test('a probe that is redirected ends the run before any load, and names where to', async () => {
  const server = await redirecting(() => true);
  const run = await project.run('light', { env: { ...small, BASE_URL: server.baseUrl } });
  assertEnding('redirected-probe', { code: run.code, output: run.stderr });
  assert.match(
    run.stderr,
    /answered 307, a redirect to http:\/\/\*\*\*@127\.0\.0\.1:\d+\/\S+\?\*\*\*, which is not followed/,
  );
  assert.match(run.report, /the target redirects: GET \S+ answered 307/);
  const { code, stdout } = await project.cli(['doctor', 'light'], {
    env: { ...small, BASE_URL: server.baseUrl },
  });
  assert.equal(code, 1);
  assert.match(stdout, /^problem +target +GET .* answered 307, a redirect to http:\/\/\*\*\*@127/m);
  assert.ok(![run.stderr, run.report, stdout].some((text) => text.includes('s3cret')));
  assert.equal(elsewhere.received.length, 0);
});

test('calls that switch flags, or read them, are not sent on', async () => {
  for (const method of ['GET', 'PUT']) {
    const server = await serve((request) => {
      if (!request.path.endsWith('/flags')) return request.method === 'GET' ? { body: '{}' } : healthy;
      return request.method === method
        ? away(request.path)
        : { body: '{"flags":{"ENABLE_OBSERVABILITY":true}}' };
    });
    const env = { ...small, BASE_URL: server.baseUrl, ENABLE_OBSERVABILITY: 'false' };
    const run = await project.run('light', { env });
    assert.equal(run.code, 108, run.stderr);
    assert.match(
      run.stderr,
      new RegExp(`did not switch .*: ${method} \\S+/flags answered 307, a redirect to`),
    );
    const { stdout } = await project.cli(['doctor', 'light'], { env });
    assert.match(
      stdout,
      new RegExp(`^problem +flags +${method} \\S+/flags answered 307, a redirect to`, 'm'),
    );
  }
  assert.equal(elsewhere.received.length, 0);
});

test('what watches the target does not go elsewhere', async () => {
  const server = await serve(({ path }) =>
    /observability\/(metrics|errors)/.test(path)
      ? away(path)
      : path.includes('observability')
        ? { body: '{}' }
        : healthy,
  );
  const run = await project.run('light', { env: { ...small, BASE_URL: server.baseUrl } });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.report, /metrics.*307/);
  assert.equal(elsewhere.received.length, 0);
});

test('a treatment that redirects to a fast path fails, whatever the path takes', async () => {
  const server = await serveSwitchable({ on: () => away('/fast') });
  const run = await undisturbed(() =>
    project.run('overhead', { env: { TEST_ENV: 'ci', BASE_URL: server.baseUrl } }),
  );
  assertEnding('treatment-fails', { code: run.code, output: run.report });
  assert.equal(elsewhere.received.length, 0);
});
