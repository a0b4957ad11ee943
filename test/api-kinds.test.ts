/** APIs that finish after their answer, stream it, or do not speak JSON, by real k6. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { heldUp, measured as test, undisturbed } from './support/measured.ts';
import { serveCompleting, type Completing } from './support/completing.ts';
import { assertEnding } from './support/endings.ts';
import { copyProject } from './support/project.ts';
import { serveSwitchable } from './support/switchable.ts';
import { serve, withProbe, type Answer } from './support/servers.ts';

const environment = (name: string, api: string, more = '') => `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ${name}: Environment = { baseUrl: 'http://localhost:1', auth: { type: 'none' }, switching, api: ${api}, ${more} };`;

const project = await copyProject({
  'thresholds/staging.ts': environment(
    'staging',
    `{
      success: { status: [202], contentType: null },
      timeoutMs: 1500,
      completion: {
        statusAt: { header: 'Location' },
        done: { json: { state: 'done' } },
        failed: { json: { state: 'failed' } },
        everyMs: 80,
      },
      serverTime: { header: 'X-Took' },
    }`,
    'overhead: { perSecond: 160, seconds: 1.3, settleSeconds: 0.2, warmUpSeconds: 0.4, leastSeconds: 1, blocks: 5 }',
  ),
  'thresholds/ci.ts': environment(
    'ci',
    `{ success: { status: [200], contentType: 'event-stream', text: { contains: '[DONE]' } }, latency: 'firstByte' }`,
  ),
  'thresholds/local.ts': environment(
    'local',
    `{
      headers: { 'Content-Type': 'application/xml' },
      payload: 'order.xml',
      success: { status: [200], contentType: 'xml', text: { pattern: '<state>(done|queued)</state>' } },
    }`,
  ),
  'thresholds/production.ts': environment(
    'production',
    `{
      latency: 'firstByte',
      completion: { statusAt: { json: 'url' }, done: { status: [200] }, everyMs: 50 },
    }`,
  ),
  'order.xml': '<order>\n</order>\n',
});

const small = { LOAD: 'iterations', ITERATIONS: '24', CONCURRENCY: '12', MONITOR: 'off', P95: '800' };

async function complete(behaviour: Completing, env: Record<string, string> = {}) {
  const server = await serveCompleting(behaviour);
  const run = await project.run('light', {
    env: { ...small, TEST_ENV: 'staging', BASE_URL: server.baseUrl, ...env },
  });
  const posts = server.received.filter(({ method }) => method === 'POST').length;
  return { ...run, posts, asked: server.received.filter(({ path }) => path.startsWith('/jobs/')).length };
}

test('a workflow that finishes later is gated by its whole duration, and status requests count nowhere', async () => {
  const { code, result, report, posts, asked } = await complete({ takesMs: 300 });
  assert.equal(code, 0, report);
  const p50 = result?.latency.successful?.p50Ms ?? 0;
  assert.ok(p50 >= 300 && p50 < 480, `${p50} ms`);
  assert.ok((result?.latency.times?.[0]?.latency.p50Ms ?? Infinity) < 100, 'the answer itself is fast');
  assert.equal(posts, 24);
  assert.equal(result?.requests.total, 24);
  assert.equal(result.requests.successful, 24);
  assert.ok(asked >= 3 * 24, `${asked} status requests`);
  assert.match(
    report,
    /Status requests were 80\.0 ms apart: up to .* % of the mean, .* is waiting for the next one/,
  );

  const slow = await complete({ takesMs: 300 }, { P95: '200' });
  assert.equal(slow.code, 99);
  assert.equal(slow.result?.outcome.reason, 'P95 of whole workflows');
});

test('workflows that never end, fail or cannot be followed fail the run', async () => {
  const never = await complete({ takesMs: Infinity });
  assertEnding('workflow-never-done', { code: never.code, output: never.report });
  assert.equal(never.result?.latency.all?.p50Ms, 1_500, 'they count as the time-out');
  assert.deepEqual(
    never.result.gates.filter(({ status }) => status !== 'passed').map(({ name }) => name),
    ['P95 of whole workflows', 'Error rate', 'Successful requests'],
  );
  const accepts = (): Answer => ({ status: 202, headers: { Location: 'http://localhost:2/jobs/0' } });
  const elsewhere = await complete({ takesMs: 0, accepts });
  assert.equal(elsewhere.code, 99);
  assert.match(elsewhere.report, /status stands on the same host +0 passed +24 failed/);
  assert.equal(elsewhere.asked, 0);
});

test('streamed answers are gated by their first byte; their whole duration stands beside it', async () => {
  const stream = async (answer: Answer) => {
    const { baseUrl } = await serve(withProbe(() => answer));
    return project.run('light', { env: { ...small, TEST_ENV: 'ci', BASE_URL: baseUrl, P95: '150' } });
  };
  const events = {
    type: 'text/event-stream',
    body: 'data: a\n\n',
    rest: { afterMs: 300, body: 'data: [DONE]\n\n' },
  };
  const fast = await stream(events);
  assert.equal(fast.code, 0, fast.report);
  const [whole] = fast.result?.latency.times ?? [];
  assert.ok((fast.result?.latency.successful?.p50Ms ?? Infinity) < 150);
  assert.ok((whole?.latency.p50Ms ?? 0) >= 300);
  assert.match(fast.report, /Whole answer +24/);
  assert.match(fast.report, /ok +body contains "\[DONE\]" +24 passed/);

  const slow = await stream({ ...events, afterMs: 300 });
  assert.equal(slow.code, 99);
  assert.equal(slow.result?.outcome.reason, 'P95 of the first byte');
  const cut = await stream({ ...events, rest: { afterMs: 1, body: '' } });
  assert.equal(cut.result?.outcome.reason, 'Error rate', 'a stream that ends too early');
  const empty = await stream({ type: 'text/event-stream', body: '' });
  assert.deepEqual([empty.code, empty.result?.requests.errorRate], [99, 1]);
});

test('an experiment on workflows that finish later finds the overhead of the whole, and whose time it is', async () => {
  // With observability a workflow takes 60 ms longer, and its answer, as the server says, 20 ms.
  const endsAt: number[] = [];
  const server = await serveSwitchable({
    answers: ({ path }, isOn) => {
      const [, id] = /^\/jobs\/(\d+)$/.exec(path) ?? [];
      if (id !== undefined)
        return {
          body: performance.now() < (endsAt[Number(id)] ?? 0) ? '{"state":"running"}' : '{"state":"done"}',
        };
      const afterMs = isOn ? 25 : 5;
      return {
        status: 202,
        headers: {
          Location: `/jobs/${endsAt.push(performance.now() + (isOn ? 160 : 100)) - 1}`,
          'X-Took': `${afterMs}`,
        },
        afterMs,
      };
    },
  });
  const run = await undisturbed(
    () =>
      project.run('overhead', {
        env: { TEST_ENV: 'staging', BASE_URL: server.baseUrl, MONITOR: 'off', BUDGET: '150' },
      }),
    heldUp(160),
  );
  assert.equal(run.code, 0, run.stderr);
  const overhead = run.result?.overhead;
  assert.equal(overhead?.verdict.kind, 'PASS');
  const holds = (
    interval: { lowerMs: number; upperMs: number } | null | undefined,
    ms: number,
    what: string,
  ) => {
    assert.ok(interval, what);
    // Four standard errors, and a timer that ends up to 2 ms late.
    const slack = (interval.upperMs - interval.lowerMs) / 2 + 2;
    assert.ok(
      interval.lowerMs - slack < ms && ms < interval.upperMs + slack,
      `${what}: ${JSON.stringify(interval)}`,
    );
  };
  holds(overhead.interval, 60, 'whole');
  const time = (name: string) => overhead.times?.find((one) => one.name === name)?.differences[0]?.interval;
  holds(time('answer'), 20, 'answer');
  holds(time('server'), 20, 'server');
  holds(time('outside'), 40, 'outside');
  assert.match(run.report, /Where the time goes/);
  assert.equal(run.result?.latency.successful?.count, run.result?.requests.successful);
});

test('the first byte cannot decide where a workflow goes on', async () => {
  const { code, stderr } = await project.run('light', {
    env: { TEST_ENV: 'production', CONFIRM: 'production' },
  });
  assertEnding('first-byte-and-completion', { code, output: stderr });
});

test('a text goes out letter by letter with its type, and the text of the answer is judged', async () => {
  const answered = async (state: string) => {
    const server = await serve(
      withProbe(() => ({ type: 'application/xml', body: `<state>${state}</state>` })),
    );
    const run = await project.run('light', { env: { ...small, BASE_URL: server.baseUrl } });
    return { ...run, posts: server.received.filter(({ method }) => method === 'POST') };
  };
  const { code, report, posts } = await answered('done');
  assert.equal(code, 0, report);
  assert.deepEqual([...new Set(posts.map(({ body }) => body))], ['<order>\n</order>\n']);
  assert.equal(posts[0]?.headers['content-type'], 'application/xml');
  assert.equal((await answered('lost')).code, 99);

  await writeFile(join(project.folder, 'order.txt'), 'a');
  const { stderr, ...typeless } = await project.run('light', {
    env: { ...small, TEST_ENV: 'ci', PAYLOAD: 'order.txt' },
  });
  assert.equal(typeless.code, 107);
  assert.match(
    stderr,
    /PAYLOAD: order\.txt would be sent as application\/json; expected its own in api\.headers/,
  );
});
