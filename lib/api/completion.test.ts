/** Workflows that go on after their answer, by a clock of their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../test/support/clock.ts';
import { ending } from '../../test/support/endings.ts';
import type { Completion } from '../../thresholds/types.ts';
import { ENDS, follow, followed, statusAddress, type Seen } from './completion.ts';

const url = 'https://api.example.com:8443/v1/jobs/run?fast=1';
const baseUrl = 'https://api.example.com:8443/v1';
const completion: Completion = {
  statusAt: { header: 'Location' },
  done: { json: { state: 'done' } },
  failed: { json: { state: ['failed', 'cancelled'] } },
  everyMs: 100,
};

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}): Seen => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const accepted = answer('', 202, { location: '/jobs/7' });

/** Follows a workflow whose status requests take 5 ms each; `status` answers them by the time since the answer. */
async function run(
  status: (sinceMs: number) => Seen,
  { first = accepted, rule = completion, random = 0.5, tookMs = 20, timeoutMs = 1_000, statusMs = 5 } = {},
) {
  const clock = new Clock();
  const begin = clock.now();
  const asked: string[] = [];
  const steps = follow(
    { completion: rule, url, baseUrl, timeoutMs, now: clock.now, random: () => random },
    first,
    tookMs,
  );
  const ask = async (at: string, leftMs: number): Promise<Seen> => {
    asked.push(at);
    await clock.sleep(Math.min(statusMs, leftMs));
    return statusMs > leftMs ? answer('', 0) : status(clock.now() - begin);
  };
  const end = await clock.run(followed(steps, ask, clock.sleep));
  assert.ok(end);
  return { ...end, asked };
}

const doneAfter = (ms: number) => (sinceMs: number) => answer({ state: sinceMs < ms ? 'running' : 'done' });

test('from the request until it is seen to be done, of which polling is an interval and a status request at most', async () => {
  const { end, durationMs, pollingMs, statusRequests, asked } = await run(doneAfter(300));
  // Asked at 50, 150, 250 and 350 ms after the answer, which took 20 ms.
  assert.deepEqual([end, durationMs, pollingMs, statusRequests], ['done', 375, 105, 4]);
  assert.deepEqual([...new Set(asked)], ['https://api.example.com:8443/jobs/7']);
});

test('at random moments of the interval what polling adds does not depend on the workflow', async () => {
  const mean = async (ms: number) => {
    let sum = 0;
    for (let i = 0; i < 100; i += 1) {
      const { durationMs } = await run(doneAfter(ms), { random: i / 100, statusMs: 0 });
      sum += durationMs - 20 - ms;
    }
    return sum / 100;
  };
  for (const ms of [210, 230, 270]) assert.ok(Math.abs((await mean(ms)) - 50) < 2, `${ms} ms`);
});

test('a workflow that the first answer says to be done, or failed, is not asked for', async () => {
  const never = () => assert.fail('nobody is asked');
  const now = await run(never, { first: answer({ state: 'done' }) });
  assert.deepEqual([now.end, now.durationMs, now.pollingMs], ['done', 20, 0]);
  assert.equal((await run(never, { first: answer({ state: 'cancelled' }) })).end, 'failed');
});

test('done by status: 202 until it is 303', async () => {
  const rule: Completion = { ...completion, done: { status: [303] }, failed: { status: [410] } };
  assert.equal((await run((ms) => answer('', ms < 200 ? 202 : 303), { rule })).end, 'done');
  assert.equal((await run(() => answer('', 410), { rule })).end, 'failed');
});

test('every way in which a workflow does not end well, each with a check of its own', async () => {
  const ends = {
    'workflow-no-address': await run(doneAfter(0), { first: answer({ state: 'running' }, 202) }),
    'workflow-other-host': await run(doneAfter(0), {
      first: answer('', 202, { Location: 'https://evil.example.com/jobs/7' }),
    }),
    'workflow-status-fails': await run(() => answer('{"error":"no such job"}', 500)),
    'workflow-fails': await run(() => answer({ state: 'failed' })),
    'workflow-never-done': await run(doneAfter(Infinity)),
  };
  for (const [name, { end }] of Object.entries(ends)) assert.equal(ENDS[end], ending(name).says, name);
  assert.equal(ends['workflow-never-done'].durationMs, 1_000, 'the time-out');
  assert.equal(ends['workflow-other-host'].asked.length, 0, 'the token stays here');
  assert.equal((await run(() => answer('', 0))).end, 'no status');
  assert.equal((await run(doneAfter(0), { statusMs: 5_000 })).end, 'late', 'a status request that hangs');
  assert.equal((await run(doneAfter(0), { tookMs: 1_000 })).end, 'late', 'the answer came at the time-out');
});

test('where the status stands', () => {
  const byHeader = (location: string) =>
    statusAddress({ header: 'location' }, answer('', 202, { Location: location }), url, baseUrl);
  const here: [location: string, url: string][] = [
    ['/jobs/7', 'https://api.example.com:8443/jobs/7'],
    ['7/status', 'https://api.example.com:8443/v1/jobs/7/status'],
    ['?id=7', 'https://api.example.com:8443/v1/jobs/run?id=7'],
    ['//api.example.com:8443/7', 'https://api.example.com:8443/7'],
    ['HTTPS://API.example.com:8443/7', 'HTTPS://API.example.com:8443/7'],
  ];
  for (const [location, at] of here) assert.deepEqual(byHeader(location), { url: at }, location);
  for (const elsewhere of [
    'https://api.example.com/7',
    'http://api.example.com:8443/7',
    '//other/7',
    'https://api.example.com:8443@evil.example.com/7',
    'https://user@api.example.com:8443/7',
    'https://api.example.com:8443\\@evil.example.com/7',
    'ftp://api.example.com:8443/7',
  ])
    assert.deepEqual(byHeader(elsewhere), { end: 'other host' }, elsewhere);
  assert.deepEqual(byHeader(' '), { end: 'no address' });

  const job = answer({ job: { id: 'a/7', n: 8 }, links: { status: '/jobs/7' } }, 202);
  const inJson = (where: Completion['statusAt']) => statusAddress(where, job, url, baseUrl);
  assert.deepEqual(inJson({ json: 'links.status' }), { url: 'https://api.example.com:8443/jobs/7' });
  assert.deepEqual(inJson({ json: 'links' }), { end: 'no address' });
  assert.deepEqual(inJson({ path: '/jobs/{job.id}?n={job.n}' }), { url: `${baseUrl}/jobs/a%2F7?n=8` });
  assert.deepEqual(inJson({ path: '/jobs/{job.no}' }), { end: 'no address' });
  assert.deepEqual(statusAddress({ json: 'id' }, answer('<a/>'), url, baseUrl), { end: 'no address' });
  const plain = statusAddress(
    { header: 'Location' },
    answer('', 202, { Location: 'http://a:80/7' }),
    'http://A/x',
    'http://A',
  );
  assert.deepEqual(plain, { url: 'http://a:80/7' });
});
