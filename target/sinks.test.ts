// Sinks that are slow, failing or dead: requests go on, queues stay bounded, and every loss is counted.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTarget } from './testing/start.ts';
import { all, Client } from './testing/client.ts';

describe('sinks', () => {
  let client: Client;
  before(async () => {
    client = new Client(await startTarget());
  });
  after(() => client.target.stop());

  // The first: what it counts is all that the target has had.
  test('nothing is lost: what was started was exported or dropped, what was answered is stored', async () => {
    const ids = await client.executeMany(2_000, 40);
    await client.drain();
    const [queues, sinks] = [await client.queues(), await client.sinks()];
    assert.equal(new Set(ids).size, 2_000);
    assert.equal(await client.rows('executions', ids), 2_000);
    assert.equal(queues.langfuse.started, 4_000);
    assert.equal(queues.rudderstack.started, 2_000);
    for (const exporter of ['langfuse', 'rudderstack'] as const) {
      const { started, exported, failed, dropped } = queues[exporter];
      assert.equal(failed, 0);
      assert.equal(started, exported + dropped);
      assert.equal(sinks[exporter].accepted, exported);
      assert.equal(sinks[exporter].refused, 0);
      assert.ok(sinks[exporter].largestBatch <= 20);
    }
    const { modelCosts, similarity } = queues.database;
    assert.equal(await client.rows('model_costs', ids), 2_000 - modelCosts.dropped);
    assert.equal(await client.rows('similarity_log', ids), 2_000 - similarity.dropped);
  });

  for (const behaviour of ['error', 'down'] as const)
    test(`sinks that are told "${behaviour}" fail no request, and their losses are counted`, async () => {
      await client.switchFlags(all(true));
      const start = await client.queues();
      await client.behave(behaviour);
      await client.executeMany(300, 20);
      const failing = await client.queues();
      assert.equal(failing.langfuse.started - start.langfuse.started, 600);
      await client.behave('ok');
      await client.drain();
      const end = await client.queues();
      for (const exporter of ['langfuse', 'rudderstack'] as const) {
        const { started, exported, failed, dropped, queued } = end[exporter];
        assert.equal(queued, 0);
        assert.equal(started, exported + failed + dropped);
        const lost = failed + dropped - start[exporter].failed - start[exporter].dropped;
        // OpenTelemetry tries again for 5 s when there is no answer, but not after a 500.
        if (exporter === 'rudderstack' || behaviour === 'error')
          assert.ok(lost > 0, `${exporter} lost something`);
        assert.ok((await client.sinks())[exporter].refused > 0);
      }
      const { errors } = await client.errors();
      assert.ok(errors.some(({ source }) => source === 'langfuse'));
      assert.ok(errors.some(({ source }) => source === 'rudderstack'));
    });

  test('a slow sink fills a queue to its limit and no further; drops are counted and requests go on', async () => {
    await client.switchFlags(all(true));
    await client.behave('slow', 1_000);
    const isFull = { langfuse: false, rudderstack: false };
    // A look may come just after a batch has left a queue.
    for (let look = 0; look < 10 && !(isFull.langfuse && isFull.rudderstack); look += 1) {
      await client.executeMany(look === 0 ? 500 : 100, 25, 'research-topic');
      const queues = await client.queues();
      for (const name of ['langfuse', 'rudderstack'] as const) {
        const { started, exported, failed, dropped, queued, capacity } = queues[name];
        assert.ok(dropped > 0, `${name} dropped nothing`);
        assert.ok(queued <= capacity, `${queued} of ${capacity} places are taken`);
        assert.equal(started, exported + failed + dropped + queued);
        if (queued > capacity - 100) isFull[name] = true;
      }
    }
    assert.deepEqual(isFull, { langfuse: true, rudderstack: true });
    await client.behave('ok');
    await client.drain();
  });

  test('a failing sink fails no request that waits for its export', async () => {
    await client.switchFlags({ ...all(true), ENABLE_ASYNC_TRACE_EXPORT: false });
    await client.behave('error');
    await client.executeMany(60, 30);
    await client.behave('ok');
    await client.drain();
  });

  // Last: the sinks do not come back.
  test('sinks that die do not end the backend', async () => {
    await client.switchFlags(all(true));
    process.kill(client.target.pids.sinks, 'SIGKILL');
    const ids = await client.executeMany(200, 20);
    const answer = await client.execute();
    assert.equal(answer.status, 'completed');
    await client.switchFlags({ ENABLE_OBSERVABILITY: false }).catch(() => undefined);
    assert.equal(await client.rows('executions', ids), 200);
    const { langfuse } = await client.queues();
    assert.ok(langfuse.failed > 0);
  });
});
