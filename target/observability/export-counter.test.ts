import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExportCounter } from './export-counter.ts';

test('a drain waits for what was queued when it began, not for as many of any', async () => {
  const counter = new ExportCounter(10);
  const [older, newer] = [{ name: 'older' }, { name: 'newer' }];
  assert.ok(counter.accept(older));
  const drained = counter.drain(() => Promise.resolve(), 50);
  assert.ok(counter.accept(newer));
  counter.settle(true, [newer]);
  assert.equal(await drained, false);

  const again = counter.drain(() => Promise.resolve(), 30_000);
  assert.ok(counter.accept({ name: 'still queued' }));
  counter.settle(false, [older]);
  assert.ok(await again);
  const { queued, exported, failed } = counter.stats();
  assert.deepEqual([queued, exported, failed], [1, 1, 1]);
});

test('refuses and counts what its queue has no room for', () => {
  const counter = new ExportCounter(1);
  const first = {};
  assert.deepEqual([counter.accept(first), counter.accept({})], [true, false]);
  counter.settle(true, [first]);
  assert.ok(counter.accept({}));
  assert.equal(counter.stats().dropped, 1);
});
