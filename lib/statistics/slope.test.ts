import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeriesRecorder } from '../monitor/recorder.ts';
import { slopePerMinute } from './slope.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const line = (count: number, perSecond: number) => upTo(count).map((i) => 10 + perSecond * i);

test('the slope of a line, in units a minute', () => {
  assert.equal(slopePerMinute(upTo(5), line(5, 2)), 120);
  assert.equal(slopePerMinute(upTo(40), line(40, -0.5)), -30);
  assert.equal(slopePerMinute(upTo(6), line(6, 0)), 0);
});

test('a quarter of outliers does not move it', () => {
  const values = line(20, 1).map((value, i) => (i % 4 === 3 ? 1e6 : value));
  assert.ok(Math.abs((slopePerMinute(upTo(20), values) ?? 0) - 60) < 30);
});

test('too few points, or all at one moment, give none', () => {
  assert.equal(slopePerMinute(upTo(4), line(4, 1)), null);
  const atOnce = upTo(9).map(() => 3);
  assert.equal(slopePerMinute(atOnce, line(9, 1)), null);
});

test('a recorder keeps aggregates of all, and points enough for the slope of an hour', () => {
  const recorder = new SeriesRecorder(true);
  for (let i = 0; i < 3_600; i += 1) recorder.add(i, 100 + i / 60);
  assert.equal(recorder.samples, 3_600);
  assert.equal(recorder.last, 100 + 3_599 / 60);
  assert.equal(recorder.max, recorder.last);
  assert.ok(Math.abs(recorder.mean - 129.99) < 0.01);
  assert.ok(Math.abs((recorder.slopePerMinute() ?? 0) - 1) < 1e-6);
  assert.ok(Math.abs(recorder.increase - 3_599 / 60) < 1e-9);
  const without = new SeriesRecorder(false);
  assert.equal(without.mean, 0);
  for (let i = 0; i < 10; i += 1) without.add(i, i);
  assert.equal(without.increase, 9);
  assert.equal(without.slopePerMinute(), null);
});
