import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchWriter, type BatchWriterOptions } from './batch-writer.ts';

const limitMs = 30_000;

function collect(options: Partial<BatchWriterOptions<number>> = {}): {
  writer: BatchWriter<number>;
  batches: number[][];
} {
  const batches: number[][] = [];
  const writer = new BatchWriter<number>({
    batchSize: 10,
    delayMs: 1,
    capacity: 100,
    onError: () => undefined,
    isRowAtFault: () => false,
    write: (rows) => {
      batches.push([...rows]);
      return Promise.resolve();
    },
    ...options,
  });
  return { writer, batches };
}

test('writes every row once, in order, in batches that are never too large', async () => {
  const { writer, batches } = collect({ capacity: 1_000 });
  const rows = Array.from({ length: 95 }, (_, row) => row);
  for (const row of rows) assert.ok(writer.offer(row));
  assert.ok(await writer.drain(limitMs));
  assert.deepEqual(batches.flat(), rows);
  assert.ok(batches.every((batch) => batch.length <= 10));
  assert.deepEqual(writer.stats(), {
    queued: 0,
    capacity: 1_000,
    written: 95,
    failedWrites: 0,
    failed: 0,
    dropped: 0,
  });
});

test('refuses and counts what its queue has no room for', async () => {
  const { writer } = collect({ capacity: 3 });
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((row) => writer.offer(row)),
    [true, true, true, false, false],
  );
  assert.equal(writer.stats().dropped, 2);
  await writer.drain(limitMs);
  assert.ok(writer.offer(6));
  await writer.drain(limitMs);
  assert.equal(writer.stats().written, 4);
});

test('keeps the rows of a write that failed, and writes them again', async () => {
  const written: number[] = [];
  const errors: unknown[] = [];
  let failures = 2;
  const { writer } = collect({
    onError: (error) => errors.push(error),
    write: (rows) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new Error('no connection'));
      written.push(...rows);
      return Promise.resolve();
    },
  });
  for (let row = 0; row < 25; row += 1) writer.offer(row);
  assert.ok(await writer.drain(limitMs));
  assert.deepEqual(
    written,
    Array.from({ length: 25 }, (_, row) => row),
  );
  assert.deepEqual([writer.stats().failedWrites, errors.length], [2, 2]);
});

test('gives up a row that cannot be stored, and it alone', async () => {
  const written: number[] = [];
  let isLost = false;
  const { writer } = collect({
    isRowAtFault: (error) => error instanceof RangeError,
    write: (rows) => {
      // The connection is lost once, between the parts of a batch.
      if (!isLost && rows.length === 5) {
        isLost = true;
        return Promise.reject(new Error('no connection'));
      }
      if (rows.includes(7) || rows.includes(23)) return Promise.reject(new RangeError('invalid text'));
      written.push(...rows);
      return Promise.resolve();
    },
  });
  const rows = Array.from({ length: 25 }, (_, row) => row);
  for (const row of rows) writer.offer(row);
  assert.ok(await writer.drain(limitMs));
  assert.deepEqual(
    written,
    rows.filter((row) => row !== 7 && row !== 23),
  );
  const { queued, failed, ...stats } = writer.stats();
  assert.deepEqual([queued, stats.written, failed], [0, 23, 2]);
});

test('says when a drain was not long enough', async () => {
  const { writer } = collect({ write: () => new Promise(() => undefined) });
  writer.offer(1);
  assert.equal(await writer.drain(20), false);
  assert.equal(writer.stats().queued, 1);
});
