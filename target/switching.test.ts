// The flags: what each does at the sinks and in the database, and how they are switched.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { flagHeader, flagNames, formatFlags, type Flags } from './flags.ts';
import { startTarget } from './testing/start.ts';
import { all, Client } from './testing/client.ts';

describe('flags', () => {
  let client: Client;
  before(async () => {
    client = new Client(await startTarget({ env: { ALLOW_FLAG_HEADER: 'true' } }));
  });
  after(() => client.target.stop());

  interface Effect {
    readonly spans: number;
    readonly events: number;
    readonly costs: number;
    readonly vectors: number;
  }

  const only = (...on: (keyof Flags)[]): Flags => ({
    ...all(false),
    ENABLE_OBSERVABILITY: true,
    ...Object.fromEntries(on.map((name) => [name, true])),
  });
  // 40 requests of draft-reply: a root span and two generations each, two model calls each.
  const effects: [name: string, flags: Flags, effect: Effect][] = [
    ['nothing at all when all are off', all(false), { spans: 0, events: 0, costs: 0, vectors: 0 }],
    [
      'nothing at all when ENABLE_OBSERVABILITY alone is off',
      { ...all(true), ENABLE_OBSERVABILITY: false },
      { spans: 0, events: 0, costs: 0, vectors: 0 },
    ],
    ['events with ENABLE_OBSERVABILITY', only(), { spans: 0, events: 40, costs: 0, vectors: 0 }],
    [
      'no spans with ENABLE_ASYNC_TRACE_EXPORT alone',
      only('ENABLE_ASYNC_TRACE_EXPORT'),
      { spans: 0, events: 40, costs: 0, vectors: 0 },
    ],
    [
      'spans with ENABLE_LANGFUSE_EXPORT',
      only('ENABLE_LANGFUSE_EXPORT'),
      { spans: 120, events: 40, costs: 0, vectors: 0 },
    ],
    [
      'costs with TRACK_MODEL_COSTS',
      only('TRACK_MODEL_COSTS'),
      { spans: 0, events: 40, costs: 80, vectors: 0 },
    ],
    [
      'vectors with ENABLE_SIMILARITY_LOGGING',
      only('ENABLE_SIMILARITY_LOGGING'),
      { spans: 0, events: 40, costs: 0, vectors: 40 },
    ],
    ['all of it when all are on', all(true), { spans: 120, events: 40, costs: 80, vectors: 40 }],
  ];
  for (const [name, flags, effect] of effects)
    test(`send and store ${name}`, async () => {
      assert.deepEqual(await client.switchFlags(flags), flags);
      await client.resetSinks();
      const ids = await client.executeMany(40, 10, 'draft-reply');
      await client.drain();
      const { langfuse, rudderstack } = await client.sinks();
      const measured: Effect = {
        spans: langfuse.accepted,
        events: rudderstack.accepted,
        costs: await client.rows('model_costs', ids),
        vectors: await client.rows('similarity_log', ids),
      };
      assert.deepEqual(measured, effect);
      assert.equal(await client.rows('executions', ids), 40);
      const usage = (await client.execute('draft-reply')).usage;
      assert.equal(usage.costUsd !== undefined, effect.costs > 0);
    });

  test('ENABLE_ASYNC_TRACE_EXPORT decides between batches in the background and a wait before the answer', async () => {
    const delayMs = 150;
    const timed = async (
      asynchronous: boolean,
    ): Promise<{ fastestMs: number; largestBatch: number; queued: number }> => {
      await client.switchFlags({
        ...only('ENABLE_LANGFUSE_EXPORT'),
        ENABLE_ASYNC_TRACE_EXPORT: asynchronous,
      });
      await client.behave('slow', delayMs);
      await client.resetSinks();
      const times = await Promise.all(
        Array.from({ length: 40 }, async () => {
          const start = performance.now();
          await client.execute();
          return performance.now() - start;
        }),
      );
      const { queued } = (await client.queues()).langfuse;
      await client.behave('ok');
      await client.drain();
      const { largestBatch, accepted } = (await client.sinks()).langfuse;
      assert.equal(accepted, 80);
      return { fastestMs: Math.min(...times), largestBatch, queued };
    };
    const background = await timed(true);
    assert.equal(background.largestBatch, 20);
    assert.ok(background.queued > 0, 'answers came before the export');
    const synchronous = await timed(false);
    assert.equal(synchronous.largestBatch, 1);
    assert.equal(synchronous.queued, 0);
    assert.ok(
      synchronous.fastestMs >= delayMs - 1,
      `the sink takes ${delayMs} ms, an answer took ${synchronous.fastestMs}`,
    );
  });

  test('40 concurrent requests, half with a header: exactly those are traced', async () => {
    await client.switchFlags(all(false));
    await client.resetSinks();
    const header = {
      [flagHeader]: 'ENABLE_OBSERVABILITY=true,ENABLE_LANGFUSE_EXPORT=true,ENABLE_ASYNC_TRACE_EXPORT=true',
    };
    const traced: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const users = Array.from({ length: 40 }, async (_, user) => {
        const answer = await client.execute(
          'research-topic',
          `Round ${round}, user ${user}`,
          user % 2 === 0 ? header : {},
        );
        if (user % 2 === 0) traced.push(answer.executionId);
      });
      await Promise.all(users);
    }
    await client.drain();
    const arrived = await client.arrived();
    assert.equal(traced.length, 100);
    assert.deepEqual(arrived.langfuse.toSorted(), traced.toSorted());
    assert.deepEqual(arrived.rudderstack.toSorted(), traced.toSorted());
    // A root and five steps for each of them.
    assert.equal((await client.sinks()).langfuse.accepted, 600);
  });

  test('a switch under load is exact: each request does what its echo says', async () => {
    await client.switchFlags(all(false));
    await client.resetSinks();
    const echoes = new Map<string, boolean>();
    let isSwitching = true;
    const user = async (): Promise<void> => {
      while (isSwitching) {
        const response = await client.post('draft-reply');
        const echo = response.headers.get(flagHeader) ?? '';
        const { executionId } = (await response.json()) as { executionId: string };
        echoes.set(executionId, echo.includes('ENABLE_OBSERVABILITY=true'));
      }
    };
    const users = Array.from({ length: 40 }, user);
    for (let round = 0; round < 6; round += 1) {
      await client.switchFlags(all(round % 2 === 0));
      const response = await client.post('test-workflow');
      assert.equal(
        response.headers.get(flagHeader),
        formatFlags(all(round % 2 === 0)),
        'switched when the answer is there',
      );
      const { executionId } = (await response.json()) as { executionId: string };
      echoes.set(executionId, round % 2 === 0);
    }
    isSwitching = false;
    await Promise.all(users);
    await client.drain();
    const expected = [...echoes].filter(([, isOn]) => isOn).map(([id]) => id);
    assert.ok(expected.length > 0 && expected.length < echoes.size);
    assert.deepEqual((await client.arrived()).langfuse.toSorted(), expected.toSorted());
  });

  test('wrong switches are refused with one line and change nothing', async () => {
    await client.switchFlags(all(true));
    const put = async (path: string, body: unknown): Promise<[number, string]> => {
      const response = await client.request(`/api/v1/observability/flags${path}`, { method: 'PUT', body });
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    assert.deepEqual(await put('', { flags: { NOTHING: true } }), [
      400,
      `flags.NOTHING: no such flag; there are ${flagNames.join(', ')}`,
    ]);
    assert.deepEqual(await put('', { flags: { TRACK_MODEL_COSTS: 'no' } }), [
      400,
      'flags.TRACK_MODEL_COSTS: must be true or false',
    ]);
    assert.deepEqual(await put('', { flags: {}, drain: 1 }), [400, 'drain: must be true or false']);
    assert.equal((await put('/NOTHING', { value: true }))[0], 404);
    assert.deepEqual(await put('/TRACK_MODEL_COSTS', {}), [400, 'value: must be true or false']);
    assert.equal(
      (await client.post('test-workflow', 'Test', { [flagHeader]: 'TRACK_MODEL_COSTS=maybe' })).status,
      400,
    );
    const response = await client.request('/api/v1/observability/flags');
    assert.deepEqual(await response.json(), { flags: all(true) });
  });

  test('one call switches one flag', async () => {
    const response = await client.request('/api/v1/observability/flags/TRACK_MODEL_COSTS', {
      method: 'PUT',
      body: { value: false },
    });
    assert.deepEqual(await response.json(), { flags: { ...all(true), TRACK_MODEL_COSTS: false } });
  });
});

test('flags come from environment variables, and a header changes nothing where that is not allowed', async (t) => {
  const flags = { ...all(true), ENABLE_LANGFUSE_EXPORT: false, TRACK_MODEL_COSTS: false };
  const env = {
    ENABLE_LANGFUSE_EXPORT: 'false',
    TRACK_MODEL_COSTS: 'false',
    FLAGS_FAULT: 'ignore:ENABLE_OBSERVABILITY',
  };
  const client = new Client(await startTarget({ env }));
  t.after(() => client.target.stop());
  const response = await client.post('test-workflow', 'Test', { [flagHeader]: 'TRACK_MODEL_COSTS=true' });
  assert.equal(response.headers.get(flagHeader), formatFlags(flags));

  // The fault: a flag that is silently not applied, while the echo stays true.
  const switched = await client.switchFlags({
    ENABLE_OBSERVABILITY: false,
    ENABLE_SIMILARITY_LOGGING: false,
  });
  assert.deepEqual(switched, { ...flags, ENABLE_SIMILARITY_LOGGING: false });
});

test('a target that cannot be switched and does not echo', async (t) => {
  const client = new Client(await startTarget({ env: { ADMIN_FLAGS: 'off', FLAGS_FAULT: 'no-echo' } }));
  t.after(() => client.target.stop());
  for (const method of ['GET', 'PUT']) {
    const response = await client.request('/api/v1/observability/flags', {
      method,
      ...(method === 'PUT' && { body: { flags: {} } }),
    });
    assert.equal(response.status, 404);
  }
  const response = await client.post('test-workflow');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get(flagHeader), null);
});
