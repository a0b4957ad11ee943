/** Bodies by real k6: a user of a load judges its first hundred, a hundred after each wrong one, and else a share. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from './support/endings.ts';
import { copyProject } from './support/project.ts';
import { healthy, serve, type Answer } from './support/servers.ts';

const project = await copyProject();

/** A load of 600 requests, with how often the body was found right and wrong. */
async function bodiesOf(answer: (request: number) => Answer, users = 2) {
  let requests = 0;
  const server = await serve(({ path }) =>
    path.endsWith('/execute') ? answer((requests += 1)) : { body: '{}' },
  );
  const env = {
    LOAD: 'iterations',
    ITERATIONS: '600',
    CONCURRENCY: String(users),
    AUTH_TOKEN: 'tok-7f3a9c',
    P95: '5000',
  };
  const run = await project.run('light', { env: { ...env, BASE_URL: server.baseUrl } });
  const [, passed, failed] =
    new RegExp(`${ending('wrong-body').says} +(\\d+) passed +(\\d+) failed`).exec(run.report) ?? [];
  return { ...run, passed: Number(passed), failed: Number(failed) };
}

test('of right bodies each user judges a hundred and then one in ten, and the report says so', async () => {
  const { code, report, passed, failed } = await bodiesOf(() => healthy);
  assert.equal(code, 0, report);
  assert.ok(passed >= 238 && passed <= 242, `${passed} judged`);
  assert.equal(failed, 0);
  assert.match(report, /status is 200 +600 passed/);
  assert.match(
    report,
    /Each user's first 100 bodies are judged, 100 after each failure, and else every 10th/,
  );
});

test('where every body is wrong, or one in twenty, every one is judged', async () => {
  const wrong = { body: '{"status":"failed"}' };
  const all = await bodiesOf(() => wrong);
  assert.deepEqual([all.code, all.passed, all.failed], [99, 0, 600]);
  // Of two users that take turns one would get all of them.
  const some = await bodiesOf((request) => (request % 20 === 0 ? wrong : healthy), 1);
  assert.deepEqual([some.code, some.passed, some.failed], [99, 570, 30]);
});
