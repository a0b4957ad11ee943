import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { flagsFrom } from '../flags.ts';
import { FlagStore } from './flag-store.ts';

const on = flagsFrom(() => true);

test('switches what is given and keeps the rest', () => {
  const store = new FlagStore(on, { kind: 'none' });
  const before = store.current;
  store.switch({ TRACK_MODEL_COSTS: false });
  assert.deepEqual(store.current, { ...on, TRACK_MODEL_COSTS: false });
  assert.deepEqual(before, on, 'a request that has started keeps its flags');
  assert.ok(store.echoes);
});

test('fault: one flag is ignored', () => {
  const store = new FlagStore(on, { kind: 'ignore', flag: 'TRACK_MODEL_COSTS' });
  store.switch({ TRACK_MODEL_COSTS: false, ENABLE_LANGFUSE_EXPORT: false });
  assert.deepEqual(store.current, { ...on, ENABLE_LANGFUSE_EXPORT: false });
});

test('fault: a switch comes late', async () => {
  const store = new FlagStore(on, { kind: 'delay', ms: 50 });
  store.switch({ TRACK_MODEL_COSTS: false });
  assert.deepEqual(store.current, on);
  while (store.current.TRACK_MODEL_COSTS) await wait(10);
  assert.deepEqual(store.current, { ...on, TRACK_MODEL_COSTS: false });
});

test('fault: no echo', () => {
  const store = new FlagStore(on, { kind: 'no-echo' });
  store.switch({ TRACK_MODEL_COSTS: false });
  assert.equal(store.echoes, false);
  assert.equal(store.current.TRACK_MODEL_COSTS, false);
});
