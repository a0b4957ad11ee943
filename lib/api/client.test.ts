/** The client on a simulated target and a fake clock. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { guideApi as defaults } from '../../thresholds/guide-api.ts';
import { switching } from '../../thresholds/switching.ts';
import type { Proof, Secret, Switching } from '../../thresholds/types.ts';
import { ending } from '../../test/support/endings.ts';
import { settingsOf } from '../config/check-settings.ts';
import { Client } from './client.ts';
import type { CommandRequest } from './commands.ts';
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
  commandMs = 0,
  own = settings,
) {
  const seen = { requests: [] as HttpRequest[], now: 0, commands: [] as CommandRequest[] };
  const client = new Client({
    config: { baseUrl: 'http://target', api, settings: own, switching: more },
    send: (request) => {
      seen.requests.push(request);
      return Promise.resolve({ ...nothing, ...answer(request, seen.requests.length) });
    },
    token: 'tok-7f3a9c',
    secretHeaders: () => Promise.resolve({ 'X-Api-Key': 'key-1' }),
    secret: secretOf,
    body: '{}',
    runCommand: (request) => {
      seen.commands.push(request);
      seen.now += commandMs;
      return Promise.resolve();
    },
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

test('where answers of the API still say otherwise, the call that has proven the switch is not enough', async () => {
  const late = (until: number) =>
    clientOf((request, n) =>
      request.method === 'POST'
        ? { headers: { 'X-Observability-Flags': `ENABLE_OBSERVABILITY=${n < until}` } }
        : flagsAre({ ENABLE_OBSERVABILITY: false }),
    );
  const { client, seen } = late(10);
  await client.writeFlags(off, 'both');
  assert.equal(seen.now, 700);
  await assert.rejects(late(Infinity).client.writeFlags(off, 'both'), {
    message: 'after 10000 ms the target still says true for ENABLE_OBSERVABILITY',
  });
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

test('a text in which a value stands is no value: where it stands is asked for, and nothing is written back', async () => {
  const modes = settingsOf(
    { settings: { values: { TELEMETRY: { off: 'off', on: 'full' } } } },
    'thresholds/local.ts',
  );
  const told = (said: string, proof: Proof = { by: 'echo', header: 'X-Mode' }) =>
    clientOf(() => ({ headers: { 'x-mode': said } }), { ...switching, proof: [proof] }, 0, modes).client;
  for (const said of ['mode=full;v=1', 'level: off', '{"mode":"full"}'])
    await assert.rejects(told(said).readFlags(), {
      message: `the answer's X-Mode says ${JSON.stringify(said)} for TELEMETRY; ${ending('value-within-text').says}, such as 'name=(\\w+)'`,
      isFinal: true,
    });
  const pattern = { by: 'echo', header: 'X-Mode', pattern: 'mode=(\\w+)' } as const;
  assert.deepEqual(await told('mode=full;v=1', pattern).readFlags(), { TELEMETRY: 'full' });
  for (const third of ['half', 'full,sampled', 'off-peak', 'level=half'])
    assert.deepEqual(await told(third).readFlags(), { TELEMETRY: third });
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

test('a refusal gives its reason: in one line, cut, without secrets, and no page', async () => {
  const cases = [
    ['{"error":"mode must be\\nfull","token":"s3cret"}\n', ': {"error":"mode must be\\nfull","token":"***"}'],
    [`why\n${'x'.repeat(300)}`, `: why\\n${'x'.repeat(195)}…`],
    ['<html>no such page</html>', ''],
    ['', ''],
  ] as const;
  for (const [body, says] of cases) {
    const { client } = clientOf(() => ({ status: 422, body }));
    await assert.rejects(client.writeFlags(off), {
      message: `PUT /api/v1/observability/flags answered 422${says}`,
    });
  }
});

test('a refusal that repeats what its request carried shows none of it', async () => {
  const { client } = clientOf(
    ({ headers }) => ({
      status: 401,
      body: `who is ${headers.Authorization?.slice(7) ?? ''}? not ${headers['X-Api-Key'] ?? ''}`,
    }),
    {
      ...switching,
      write: {
        method: 'PUT',
        path: '/flags',
        body: '{settings}',
        headers: { 'X-Api-Key': { variable: 'FLAGS_KEY' } },
      },
    },
  );
  await assert.rejects(client.writeFlags(off), {
    message: 'PUT /flags answered 401: who is ***? not ***',
  });
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

/** The call of a flag service beside the target. */
const atService = (
  auth: { auth?: Secret | true },
  more: Partial<Switching & { by: 'call' }> = {},
): Switching => ({
  by: 'call',
  write: {
    method: 'PUT',
    url: 'https://flags.example/api/{setting}?env=test',
    ...auth,
    headers: { 'X-Project': 'p1', 'X-Key': { variable: 'FLAGS_KEY' } },
    body: { on: '{value}' },
  },
  timeoutMs: 1_000,
  proof: 'none',
  ...more,
});

test('a call at another address carries its own headers and token, and nothing of the API', async () => {
  const { client, seen } = clientOf(() => ({}), atService({ auth: { variable: 'FLAGS_TOKEN' } }));
  await client.writeFlags(off);
  const [request] = seen.requests;
  assert.equal(request?.url, 'https://flags.example/api/ENABLE_OBSERVABILITY?env=test');
  assert.deepEqual(request.headers, {
    'Content-Type': 'application/json',
    Authorization: 'Bearer value of FLAGS_TOKEN',
    'X-Project': 'p1',
    'X-Key': 'value of FLAGS_KEY',
  });
  const without = clientOf(() => ({}), atService({}));
  await without.client.writeFlags(off);
  const sent = JSON.stringify(without.seen.requests);
  assert.ok(!sent.includes('tok-7f3a9c') && !sent.includes('key-1'), sent);
  const asked = clientOf(() => ({}), atService({ auth: true }));
  await asked.client.writeFlags(off);
  assert.equal(asked.seen.requests[0]?.headers.Authorization, 'Bearer tok-7f3a9c');
  assert.equal(asked.seen.requests[0].headers['X-Api-Key'], 'key-1');
});

test('a call below the base URL that must not carry the token', async () => {
  const write = { method: 'POST', path: '/flags', auth: false, body: '{settings}' } as const;
  const { client, seen } = clientOf(() => ({}), { by: 'call', write, timeoutMs: 1, proof: 'none' });
  await client.writeFlags(off);
  assert.deepEqual(seen.requests[0]?.headers, { 'Content-Type': 'application/json' });
});

test('a value that the service refuses is named; its address shows no secret', async () => {
  const refusing = { status: 422 };
  const { client } = clientOf(() => refusing, switching);
  const write = { method: 'PUT', path: '/flags', body: '{settings}' } as const;
  const own = clientOf(() => refusing, { ...switching, write });
  await assert.rejects(own.client.writeFlags(off), ({ message }: Error) =>
    message.includes(ending('value-refused').says),
  );
  await assert.rejects(client.writeFlags(off), /answered 422$/);
  const service = clientOf(() => refusing, atService({}));
  await assert.rejects(service.client.writeFlags(off), {
    message: 'PUT https://flags.example/api/ENABLE_OBSERVABILITY?*** answered 422',
  });
});

test('a secret that only k6 knows is said in one line', async () => {
  const { client, seen } = clientOf(() => ({}), atService({ auth: { secretSource: 'flags' } }));
  await assert.rejects(client.writeFlags(off), { message: 'no source' });
  assert.equal(seen.requests.length, 0);
});

test('a list of what is on, read as often in a row as is asked for', async () => {
  const read = {
    by: 'read',
    method: 'GET',
    url: 'https://flags.example/on',
    readAt: 'features',
    contains: true,
    inARow: 3,
  } as const;
  const lists = [['other'], ['ENABLE_OBSERVABILITY'], ['x'], [], [], ['ENABLE_OBSERVABILITY']];
  const { client, seen } = clientOf(
    ({ method }, n) => (method === 'GET' ? { body: JSON.stringify({ features: lists[n - 2] }) } : {}),
    { ...switching, proof: [read] },
  );
  await client.writeFlags(off);
  // Off, on, then off three times in a row.
  assert.equal(seen.requests.length, 6);
  assert.deepEqual(await client.readFlags('read', ['ENABLE_OBSERVABILITY']), { ENABLE_OBSERVABILITY: true });
});

test('behind a balancer each instance that has answered must have its turn again', async () => {
  const proof = [{ by: 'echo', header: 'X-Observability-Flags', instance: 'X-Pod' }] as const;
  const answers = ['a false', 'b true', 'a false', 'b false', 'a false', 'a false', 'b false'];
  const { client, seen } = clientOf(
    (_, n) => {
      const [pod = '', value = ''] = (answers[n - 2] ?? '').split(' ');
      return { headers: { 'x-observability-flags': `ENABLE_OBSERVABILITY=${value}`, 'x-pod': pod } };
    },
    { ...switching, proof: [...proof] },
  );
  await client.writeFlags(off);
  // One call that switches; then until both have been right, twice as many in a row as there are.
  assert.equal(seen.requests.length, 1 + 6);
  const stale = clientOf(
    (_, n) => ({
      headers: { 'x-observability-flags': `ENABLE_OBSERVABILITY=${n % 2 === 0}`, 'x-pod': `p${n % 2}` },
    }),
    { ...switching, proof: [...proof] },
  );
  await assert.rejects(
    stale.client.writeFlags(off),
    /after 10000 ms the instance p0 still says true for ENABLE_OB/,
  );
});

test('after an arm a call that cannot be answered is made again; one that contradicts is a problem at once', async () => {
  const { client, seen } = clientOf((_, n) =>
    n < 3 ? { status: 0, error: 'timed out' } : flagsAre({ ENABLE_OBSERVABILITY: false }),
  );
  await client.confirm(off);
  assert.equal(seen.requests.length, 3);
  await assert.rejects(
    client.confirm({ ENABLE_OBSERVABILITY: true }),
    /still says false for ENABLE_OBSERVABILITY/,
  );
  assert.equal(seen.requests.length, 4);
});

describe('by command', () => {
  const stats = { path: '/stats', readAt: 'up' } as const;
  const byCommand = (...proof: Proof[]): Switching => ({
    by: 'command',
    run: './restart.sh',
    timeoutMs: 60_000,
    readyTimeoutMs: 5_000,
    proof,
  });
  const read: Proof = { by: 'read', method: 'GET', path: '/flags', readAt: 'flags' };

  test('the command gets the arm and its settings, and three right answers in a row prove it', async () => {
    const answers = [true, false, true, false, false, false];
    const { client, seen } = clientOf(
      (_, n) => flagsAre({ ENABLE_OBSERVABILITY: answers[n - 1] }),
      byCommand(read),
    );
    await client.writeFlags(off);
    assert.deepEqual(seen.commands, [{ arm: 'none', settings: off }]);
    assert.equal(seen.requests.length, 6);
  });

  test('command-old-setting', async () => {
    const { client } = clientOf(() => flagsAre({ ENABLE_OBSERVABILITY: true }), byCommand(read));
    await assert.rejects(client.writeFlags(off), ({ message }: Error) => {
      assert.ok(message.includes(ending('command-old-setting').says), message);
      return true;
    });
  });

  test('an uptime that falls, or a start that moves, shows the restart; one that goes on shows none', async () => {
    const uptime: Proof = { by: 'uptime', ...stats };
    const restarting = (before: unknown, after: unknown) =>
      clientOf(
        (_, n) => ({ body: JSON.stringify({ up: n === 1 ? before : after }) }),
        byCommand(uptime),
        4_000,
      );
    for (const [before, after] of [
      [500, 1.5],
      [2, 1],
      // It was up for a second only, and is for two of the four since then.
      [1, 2],
      [1_764_420_000, 1_764_420_400.5],
      ['2026-01-02T03:04:05Z', '2026-01-02T03:09:05Z'],
    ])
      await restarting(before, after).client.writeFlags(off);
    for (const [before, after] of [
      [500, 509.5],
      [2, 12],
      [1_764_420_000, 1_764_420_000],
      ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
      [500, null],
    ]) {
      const { client, seen } = restarting(before, after);
      await assert.rejects(client.writeFlags(off), ({ message }: Error) => {
        assert.ok(message.includes(ending('command-without-restart').says), message);
        return true;
      });
      // A rollout may answer by the old process for as long as it may take.
      assert.equal(seen.now, 9_000);
    }
  });

  test('an uptime in milliseconds, also of weeks', async () => {
    const weeksMs = 21 * 86_400_000;
    for (const [before, after, unit, isRestarted] of [
      [weeksMs, weeksMs + 9_500, 'ms', false],
      [weeksMs, 1_200, 'ms', true],
      [500, 900, 'ms', true],
      [500, 509.5, 's', false],
    ] as const) {
      const { client } = clientOf(
        (_, n) => ({ body: JSON.stringify({ up: n === 1 ? before : after }) }),
        byCommand({ by: 'uptime', ...stats, unit }),
        4_000,
      );
      const written = client.writeFlags(off);
      await (isRestarted ? written : assert.rejects(written, /was not restarted/));
    }
  });

  test('a process that comes up, answers once, dies and comes up again is waited for', async () => {
    const answers = [200, 0, 200, 200, 200];
    const { client, seen } = clientOf((_, n) => ({ status: answers[n - 1] ?? 500 }), byCommand(read));
    await client.waitUntilUp(5_000);
    assert.equal(seen.requests.length, answers.length);
    const refused = { status: 0, error: 'connection refused' };
    const flapping = clientOf((_, n) => (n % 2 === 0 ? refused : {}), byCommand(read));
    await assert.rejects(flapping.client.waitUntilUp(5_000), ({ message }: Error) => {
      assert.ok(message.includes(ending('command-flaps').says), message);
      return true;
    });
    const dying = clientOf(
      (_, n) => (n === 2 ? refused : { body: JSON.stringify({ up: n === 1 ? 500 : 1 }) }),
      byCommand({ by: 'uptime', ...stats }),
    );
    await dying.client.writeFlags(off);
  });

  test('where the process is down before, any number after it will do', async () => {
    const { client } = clientOf(
      (_, n) => (n === 1 ? { status: 0 } : { body: '{"up":9}' }),
      byCommand({ by: 'uptime', ...stats }),
    );
    await client.writeFlags(off);
  });
});

test('a swap by call says which way, and a counter is read with no secret that its address should not have', async () => {
  const { client, seen } = clientOf(() => ({ body: 'spans_total 12' }), {
    by: 'deployments',
    urls: { none: 'http://one', all: 'http://two' },
    swap: {
      call: { method: 'PUT', url: 'http://router/swap', body: { crossed: '{crossed}' } },
      timeoutMs: 1_000,
    },
    proof: 'none',
  });
  await client.cross(true);
  await client.cross(false);
  assert.deepEqual(
    seen.requests.map(({ body }) => body),
    ['{"crossed":true}', '{"crossed":false}'],
  );
  const pattern = '^spans_total (\\d+)$';
  assert.equal(await client.readNumber({ by: 'counter', url: 'http://sink/metrics', pattern }), 12);
  assert.equal(await client.readNumber({ by: 'counter', path: '/metrics', pattern: 'other' }), null);
  const [, , sink, own] = seen.requests;
  assert.equal(sink?.headers.Authorization, undefined);
  assert.equal(own?.headers.Authorization, 'Bearer tok-7f3a9c');
});

test('settings in two places: each call sets its own, each proof speaks of its own', async () => {
  const two = settingsOf(
    {
      settings: { values: { TRACING: {}, SINK: { off: 'ok', on: 'ok' } }, arms: { down: { SINK: 'down' } } },
    },
    'thresholds/local.ts',
  );
  const inForce: Record<string, unknown> = { TRACING: false, SINK: 'ok' };
  const { client, seen } = clientOf(
    ({ method, url, body }) => {
      const isSink = url === 'http://sink/behaviour';
      if (method === 'PUT') Object.assign(inForce, JSON.parse(body ?? ''));
      return isSink
        ? { body: JSON.stringify({ SINK: inForce.SINK }) }
        : { headers: { 'x-tracing': String(inForce.TRACING) } };
    },
    {
      by: 'call',
      timeoutMs: 1_000,
      write: [
        { method: 'PUT', path: '/flags', settings: ['TRACING'], body: '{settings}' },
        { method: 'PUT', url: 'http://sink/behaviour', settings: ['SINK'], body: { SINK: '{value}' } },
      ],
      proof: [
        { by: 'echo', header: 'X-Tracing', settings: ['TRACING'] },
        { by: 'read', method: 'GET', url: 'http://sink/behaviour', readAt: '', settings: ['SINK'] },
      ],
    },
    0,
    two,
  );
  assert.deepEqual(await client.readFlags(), { TRACING: false, SINK: 'ok' });
  const down = { TRACING: true, SINK: 'down' };
  await client.writeFlags(down);
  assert.deepEqual(inForce, down);
  const written = seen.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
  assert.deepEqual(written, ['{"TRACING":true}', '{"SINK":"down"}']);
  inForce.TRACING = false;
  assert.match((await client.wrongFlags(down))?.message ?? '', /still says false for TRACING/);
  inForce.TRACING = true;
  inForce.SINK = 'ok';
  assert.match((await client.wrongFlags(down, 'echo'))?.message ?? '', /still says ok for SINK/);
});
