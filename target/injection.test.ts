// Injection: what is put into requests is what the log says, and only where its flag is on.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startTarget } from './testing/start.ts';
import { all, Client } from './testing/client.ts';

describe('injection', () => {
  let client: Client;
  before(async () => {
    client = new Client(
      await startTarget({ env: { WORK_MS: '0', INJECT: '{"TRACK_MODEL_COSTS":{"waitMs":30}}' } }),
    );
  });
  after(() => client.target.stop());
  beforeEach(() => client.switchFlags(all(true)));

  /** Runs `count` requests under `injection`; returns their lines of the log. */
  async function run(injection: unknown, count: number): Promise<Record<string, number | string>[]> {
    await client.inject(injection);
    const next = await client.nextLogEntry();
    const statuses = await client.postMany(count, 10);
    const { rows } = await client.injectionLog(next);
    assert.deepEqual(rows.map(({ status }) => status).toSorted(), statuses.toSorted());
    await client.inject({});
    return rows;
  }

  const column = (rows: readonly Record<string, number | string>[], name: string): number[] =>
    rows.map((row) => Number(row[name]));

  test('comes from the environment, and waits at least as long as asked', async () => {
    const answer = await client.execute();
    const { rows } = await client.injectionLog();
    const row = rows.find(({ executionId }) => executionId === answer.executionId);
    assert.ok(Number(row?.['injected.TRACK_MODEL_COSTS']) >= 29);
    assert.ok(Number(row?.totalMs) >= Number(row?.['injected.TRACK_MODEL_COSTS']));
    assert.equal(row?.TRACK_MODEL_COSTS, 1);
  });

  test('is active only where its flags and ENABLE_OBSERVABILITY are on; base always', async () => {
    const injection = {
      base: { waitMs: 5 },
      TRACK_MODEL_COSTS: { waitMs: 5 },
      ENABLE_OBSERVABILITY: { waitMs: 5 },
      'ENABLE_LANGFUSE_EXPORT+TRACK_MODEL_COSTS': { waitMs: 5 },
    };
    const active = async (): Promise<boolean[]> => {
      const [row] = await run(injection, 1);
      return Object.keys(injection).map((key) => Number(row?.[`injected.${key}`]) > 0);
    };
    assert.deepEqual(await active(), [true, true, true, true]);
    await client.switchFlags({ ENABLE_LANGFUSE_EXPORT: false });
    assert.deepEqual(await active(), [true, true, true, false]);
    await client.switchFlags({ TRACK_MODEL_COSTS: false, ENABLE_LANGFUSE_EXPORT: true });
    assert.deepEqual(await active(), [true, false, true, false]);
    await client.switchFlags({ TRACK_MODEL_COSTS: true, ENABLE_OBSERVABILITY: false });
    assert.deepEqual(await active(), [true, false, false, false]);
  });

  test('a distribution has the mean that was asked for', async () => {
    const rows = await run({ base: { distribution: { kind: 'exponential', meanMs: 20, seed: 7 } } }, 400);
    const waits = column(rows, 'injected.base');
    const mean = waits.reduce((sum, ms) => sum + ms, 0) / waits.length;
    // Standard error 1 ms; timers add up to about a millisecond, a busy machine some more.
    assert.ok(mean > 16 && mean < 40, `mean of ${mean} ms`);
    assert.ok(Math.max(...waits) > 60, 'it has a tail');
  });

  test('CPU work blocks, errors are answered 500, and a share hits only some requests', async () => {
    const work = await run({ base: { cpuMs: 20 } }, 3);
    assert.ok(Math.min(...column(work, 'injected.base')) >= 20);
    // By the clock: on a busy machine less of it is processor time. Other threads of the process may add some.
    const cpuMs = column(work, 'injected.cpu');
    assert.ok(Math.min(...cpuMs) > 1 && Math.max(...cpuMs) < 60, `${cpuMs.join(', ')} ms`);

    const still = await run({ base: { blockMs: 20 } }, 3);
    assert.ok(Math.min(...column(still, 'injected.base')) >= 19);
    assert.ok(Math.min(...column(still, 'injected.cpu')) < 5);

    const errors = await run({ TRACK_MODEL_COSTS: { errorRate: 0.5 } }, 200);
    const failed = column(errors, 'status').filter((status) => status === 500).length;
    assert.ok(failed > 60 && failed < 140, `${failed} of 200 failed`);

    const shared = await run({ base: { waitMs: 3, share: 0.25 } }, 200);
    const hit = column(shared, 'injected.base').filter((ms) => ms > 0).length;
    assert.ok(hit > 20 && hit < 80, `${hit} of 200 were hit`);
  });

  test('leaks memory and grows a queue until it is replaced', async () => {
    const memory = async (): Promise<number> => {
      const response = await client.request('/api/v1/observability/metrics');
      return ((await response.json()) as { memory: { rssBytes: number } }).memory.rssBytes;
    };
    const before = await memory();
    await client.inject({ base: { leakBytes: 1e6, queueGrowth: 3, cacheGrowth: 2 } });
    await client.executeMany(100, 10);
    assert.ok((await memory()) - before > 80e6, 'a hundred megabytes were leaked');
    assert.deepEqual((await client.queues()).injected, { queued: 300, cacheEntries: 200 });
    await client.inject({});
    assert.deepEqual((await client.queues()).injected, { queued: 0, cacheEntries: 0 });
  });

  test('holds connections of the database while requests wait', async () => {
    await client.inject({ base: { databaseMs: 300 } });
    const requests = client.executeMany(25, 25);
    await wait(150);
    const response = await client.request('/api/v1/observability/metrics');
    const { database } = (await response.json()) as { database: Record<string, number> };
    assert.equal(database.inUse, database.size);
    assert.ok((database.waiting ?? 0) > 0);
    await requests;
    await client.inject({});
  });

  test('what is wrong is refused with one line', async () => {
    const refused = async (body: unknown): Promise<string> => {
      const response = await client.request('/api/v1/observability/injection', { method: 'PUT', body });
      assert.equal(response.status, 400);
      return ((await response.json()) as { error: string }).error;
    };
    assert.match(await refused({ OTHER: {} }), /^OTHER: no such key; there are base, ENABLE_OBSERVABILITY/);
    assert.match(
      await refused({ 'TRACK_MODEL_COSTS+ENABLE_LANGFUSE_EXPORT': {} }),
      /no such key; .* in this order, as in ENABLE_LANGFUSE_EXPORT\+ENABLE_ASYNC_TRACE_EXPORT$/,
    );
    assert.match(await refused({ base: { wait: 1 } }), /^base\.wait: no such field; there are waitMs/);
    assert.match(await refused({ base: { share: 2 } }), /^base\.share: 2 must be a number from 0 to 1/);
    assert.match(
      await refused({ base: { distribution: { kind: 'normal' } } }),
      /^base\.distribution\.kind: "normal" is none of/,
    );
  });
});
