import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { ErrorLog } from '../errors.ts';
import { processCache, withFallback, type Cache } from './cache.ts';

test('in process: values expire, counters count within their window', async () => {
  const cache = processCache();
  assert.equal(cache.kind, 'in process');
  assert.equal(await cache.get('a'), undefined);
  await cache.set('a', 'value', 60);
  await cache.set('b', 'value', 0.02);
  assert.equal(await cache.get('a'), 'value');
  assert.deepEqual([await cache.increment('n', 60), await cache.increment('n', 60)], [1, 2]);
  assert.equal(await cache.increment('short', 0.02), 1);
  await wait(30);
  assert.equal(await cache.get('b'), undefined);
  assert.equal(await cache.increment('short', 60), 1);
});

test('a cache that is lost is replaced by the fallback, and its errors are recorded', async () => {
  const lose = (): Promise<never> => Promise.reject(new Error('connection lost'));
  const lost: Cache = {
    kind: 'redis',
    get: lose,
    set: lose,
    increment: lose,
    close: () => Promise.resolve(),
  };
  const errors = new ErrorLog();
  const cache = withFallback(lost, processCache(), errors);
  await cache.set('a', 'value', 60);
  assert.equal(await cache.get('a'), 'value');
  assert.equal(await cache.increment('n', 60), 1);
  assert.deepEqual(
    errors.summary().errors.map(({ source, message, count }) => [source, message, count]),
    [['redis', 'connection lost', 3]],
  );
});
