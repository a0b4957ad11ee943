import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder } from './recorder.ts';
import { outcomeOf } from './rate-trial.ts';

const limits = { p95Ms: 150, errorRate: 0.01 };
const answered = (request: number, latencyMs: number, failed = false) => ({
  request,
  latencyMs,
  lateMs: 1,
  failed,
});

test('what settles does not count', () => {
  const recorder = new Recorder(100, limits, 100, 200);
  for (let i = 0; i < 100; i += 1) recorder.add(answered(i, 5_000, true));
  for (let i = 100; i < 300; i += 1) recorder.add(answered(i, 20));
  assert.equal(recorder.shouldStop(300, 0), false);
  assert.deepEqual(recorder.result(), {
    perSecond: 100,
    p95Ms: 20,
    slowShare: 0,
    errorRate: 0,
    latenessMs: 1,
    requests: 200,
  });
});

test('how many answers are slow says where the limit is; most of them end a try', () => {
  const recorder = new Recorder(100, limits, 0, 200);
  for (let i = 0; i < 50; i += 1) recorder.add(answered(i, 20));
  for (let i = 50; i < 150; i += 1) recorder.add(answered(i, 200));
  assert.equal(recorder.shouldStop(150, 0), false);
  assert.equal(recorder.result().slowShare, 100 / 150);
  recorder.add(answered(150, 200));
  assert.equal(recorder.shouldStop(151, 0), true);
  assert.equal(recorder.result().slowShare, 0.75, 'those that were not sent would be slow, too');
  assert.equal(outcomeOf(recorder.result(), limits), 'over');
});

test('too many errors decide it', () => {
  const recorder = new Recorder(100, limits, 0, 200);
  for (let i = 0; i < 2; i += 1) recorder.add(answered(i, 20, true));
  assert.equal(recorder.shouldStop(2, 0), false);
  recorder.add(answered(2, 20, true));
  assert.equal(recorder.shouldStop(3, 0), true);
  assert.equal(outcomeOf(recorder.result(), limits), 'over');
  assert.equal(recorder.result().slowShare, 0, 'what was not sent might have been quick');
});

test('a target that does not answer is left alone after a second of arrivals, also while it settles', () => {
  const recorder = new Recorder(100, limits, 100, 200);
  assert.equal(recorder.shouldStop(100, 0), false);
  assert.equal(recorder.shouldStop(101, 0), true);
  for (let i = 0; i < 101; i += 1) recorder.add(answered(i, 10_000, true));
  const result = recorder.result();
  assert.deepEqual([result.p95Ms, result.errorRate, result.requests], [10_000, 1, 101]);
  assert.equal(result.slowShare, 1, 'what was not sent would have been slow');
});

test('answers that were there in time and seen too late are the generator’s doing', () => {
  const recorder = new Recorder(100, limits, 0, 200);
  assert.equal(recorder.shouldStop(120, 0), true);
  for (let i = 0; i < 120; i += 1) recorder.add(answered(i, 20));
  assert.equal(outcomeOf(recorder.result(), limits), 'late');
});

test('a generator that cannot keep the rate is told before the answers say so', () => {
  const recorder = new Recorder(100, limits, 100, 200);
  const asked = Array.from({ length: 60 }, (_, started) => recorder.shouldStop(started, 20));
  assert.equal(asked.indexOf(true), 16);
  const measured = new Recorder(1_000, limits, 100, 200);
  assert.equal(Array.from({ length: 10 }, (_, i) => measured.shouldStop(100 + i, 20)).indexOf(true), 3);
});
