/** Bodies by real k6: a user of a load judges a share of them, and all once one was wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from './support/endings.ts';
import { copyProject } from './support/project.ts';
import { healthy, serve, type Answer } from './support/servers.ts';

const project = await copyProject();

/** A load of 60 requests by 2 users, with how often the body was found right and wrong. */
async function bodiesOf(answer: (request: number) => Answer) {
  let requests = 0;
  const server = await serve(({ path }) =>
    path.endsWith('/execute') ? answer((requests += 1)) : { body: '{}' },
  );
  const env = {
    LOAD: 'iterations',
    ITERATIONS: '60',
    CONCURRENCY: '2',
    AUTH_TOKEN: 'tok-7f3a9c',
    P95: '5000',
  };
  const run = await project.run('light', { env: { ...env, BASE_URL: server.baseUrl } });
  const [, passed, failed] =
    new RegExp(`${ending('wrong-body').says} +(\\d+) passed +(\\d+) failed`).exec(run.report) ?? [];
  return { ...run, passed: Number(passed), failed: Number(failed) };
}

test('of right bodies each user judges one in ten, and the report says so', async () => {
  const { code, report, passed, failed } = await bodiesOf(() => healthy);
  assert.equal(code, 0, report);
  assert.ok(passed >= 6 && passed <= 8, `${passed} judged`);
  assert.equal(failed, 0);
  assert.match(report, /status is 200 +60 passed/);
  assert.match(report, /Bodies are judged of each user's first answer, of every 10th, and after a failure/);
});

test('where every body is wrong, every one is judged', async () => {
  const { code, passed, failed } = await bodiesOf(() => ({ body: '{"status":"failed"}' }));
  assert.deepEqual({ code, passed, failed }, { code: 99, passed: 0, failed: 60 });
});
