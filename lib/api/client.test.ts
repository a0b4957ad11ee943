/** The client on a simulated target and a fake clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guideApi as defaults } from '../../thresholds/guide-api.ts';
import { switching } from '../../thresholds/switching.ts';
import type { Secret, Switching } from '../../thresholds/types.ts';
import { ending } from '../../test/support/endings.ts';
import { settingsOf } from '../config/check-settings.ts';
import { Client } from './client.ts';
import type { HttpAnswer, HttpRequest } from './send.ts';
import { TargetProblem } from './target-problem.ts';

const api = { ...defaults, headers: { 'Content-Type': 'application/json' } };
const settings = settingsOf({}, 'thresholds/local.ts');
const nothing: HttpAnswer = { status: 200, headers: {}, body: '', durationMs: 1, error: null };

const secretOf = (secret: Secret) =>
  'variable' in secret
    ? Promise.resolve(`value of ${secret.variable}`)
    : Promise.reject(new Error('no source'));

/** A client of a target that answers as told; the time that it waits for is in `now`. */
function clientOf(
  answer: (request: HttpRequest, n: number) => Partial<HttpAnswer>,
  more: Switching = switching,
) {
  const seen = { requests: [] as HttpRequest[], now: 0 };
  const client = new Client({
    config: { baseUrl: 'http://target', api, settings, switching: more },
    send: (request) => {
      seen.requests.push(request);
      return Promise.resolve({ ...nothing, ...answer(request, seen.requests.length) });
    },
    token: 'tok-7f3a9c',
    secretHeaders: () => Promise.resolve({ 'X-Api-Key': 'key-1' }),
    secret: secretOf,
    body: '{}',
    now: () => seen.now,
    sleep: (ms) => {
      seen.now += ms;
      return Promise.resolve();
    },
  });
  return { client, seen };
}

const flagsAre = (flags: unknown): Partial<HttpAnswer> => ({ body: JSON.stringify({ flags }) });
const off = { ENABLE_OBSERVABILITY: false };

test('flags are written once and waited for', async () => {
  const { client, seen } = clientOf((_, n) => flagsAre({ ENABLE_OBSERVABILITY: n < 4 }));
  await client.writeFlags(off);
  assert.deepEqual(
    seen.requests.map(({ method }) => method),
    ['PUT', 'GET', 'GET', 'GET'],
  );
  assert.equal(seen.now, 200);
  assert.ok(
    seen.requests.every(
      ({ headers, tags }) => headers.Authorization === 'Bearer tok-7f3a9c' && tags.kind === 'control',
    ),
  );
});

test('a flag that stays as it is: named, after the time that a switch may take', async () => {
  const { client, seen } = clientOf(() => flagsAre({ ENABLE_OBSERVABILITY: true }));
  await assert.rejects(client.writeFlags(off), {
    message: 'after 10000 ms the target still says true for ENABLE_OBSERVABILITY',
    flag: 'ENABLE_OBSERVABILITY',
  });
  assert.equal(seen.now, 10_000);
});

test('a value that is not understood is refused at once, and shown', async () => {
  for (const value of [1, 'on', 'enabled', {}]) {
    const { client, seen } = clientOf(() => flagsAre({ ENABLE_OBSERVABILITY: value }));
    await assert.rejects(client.writeFlags(off), ({ message }: Error) => {
      assert.ok(message.includes(ending('unknown-flag-value').says), message);
      assert.ok(message.includes(JSON.stringify(value)), message);
      return true;
    });
    assert.equal(seen.now, 0);
  }
});

test('values in the target’s own words', async () => {
  const { client, seen } = clientOf((_, n) => flagsAre({ ENABLE_OBSERVABILITY: n === 1 ? 'on' : 'Off' }), {
    ...switching,
    values: { true: 'on', false: 'off' },
  });
  assert.deepEqual(await client.readFlags(), { ENABLE_OBSERVABILITY: true });
  await client.writeFlags(off);
  assert.equal(seen.requests[1]?.body, '{"flags":{"ENABLE_OBSERVABILITY":"off"}}');
});

test('a redirect of an admin call is refused at once, and named without secrets', async () => {
  const { client, seen } = clientOf(() => ({
    status: 307,
    headers: { location: 'https://user:s3cret@other/flags?key=s3cret' },
  }));
  const says = ending('redirected-call').says;
  await assert.rejects(client.writeFlags(off), ({ message }: Error) => {
    assert.ok(message.includes(says), message);
    assert.ok(!message.includes('s3cret'), message);
    return true;
  });
  await assert.rejects(client.waitForFlags(off, { timeoutMs: 5_000 }), TargetProblem);
  assert.equal(seen.now, 0);
});

test('a rollout: right answers in a row, from the echo of requests to the API', async () => {
  const echo = (value: boolean) => ({
    headers: { 'x-observability-flags': `ENABLE_OBSERVABILITY=${value}` },
  });
  // Down at first; then old and new instances in turn.
  const { client, seen } = clientOf((_, n) =>
    n === 1 ? { status: 0, error: 'connection refused' } : echo(n === 3 || n === 5),
  );
  await client.waitForFlags(off, { timeoutMs: 5_000, inARow: 3, proof: 'echo' });
  assert.equal(seen.requests.length, 8);
  assert.ok(seen.requests.every(({ url }) => url === `http://target${api.endpoint}`));
});

test('an answer that fails and echoes is a proof; one without an echo says what it was', async () => {
  const echoes = clientOf(() => ({
    status: 503,
    headers: { 'X-Observability-Flags': 'ENABLE_OBSERVABILITY=false' },
  }));
  assert.deepEqual(await echoes.client.readFlags('echo'), off);
  const fails = clientOf(() => ({ status: 503 }));
  await assert.rejects(fails.client.readFlags('echo'), /POST \/api\/v1\/workflows\/execute answered 503/);
  const down = clientOf(() => ({ status: 0, error: 'connection refused' }));
  await assert.rejects(down.client.readFlags(), /flags answered nothing \(connection refused\)/);
});

test('the probe is asked three times, a second apart, until it is answered below 500', async () => {
  const { client, seen } = clientOf((_, n) => ({ status: n < 3 ? 503 : 404 }));
  assert.equal((await client.probe(3)).status, 404);
  assert.equal(seen.now, 2_000);
  const starting = clientOf(() => ({ status: 503 }));
  assert.equal((await starting.client.probe(3)).status, 503);
  assert.equal(starting.seen.requests.length, 3);
});

test('a token that cannot be had is said, and nothing is sent', async () => {
  const sent: HttpRequest[] = [];
  const client = new Client({
    config: { baseUrl: 'http://target', api, settings, switching },
    send: (request) => {
      sent.push(request);
      return Promise.resolve(nothing);
    },
    secretHeaders: () => Promise.resolve({}),
    token: () => Promise.reject(new Error('no token from http://auth: it answered 401')),
    secret: secretOf,
    body: '{}',
    now: () => 0,
    sleep: () => Promise.resolve(),
  });
  const problem = await client.wrongFlags(off);
  assert.equal(problem?.message, 'no token from http://auth: it answered 401');
  assert.equal(sent.length, 0);
});
