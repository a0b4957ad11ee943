import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeriesRecorder } from './recorder.ts';
import { slopePerMinute } from './slope.ts';

const line = (count: number, perSecond: number) =>
  Array.from({ length: count }, (_, i) => ({ seconds: i, value: 10 + perSecond * i }));

test('the slope of a line, in units a minute', () => {
  assert.equal(slopePerMinute(line(5, 2)), 120);
  assert.equal(slopePerMinute(line(40, -0.5)), -30);
  assert.equal(slopePerMinute(line(6, 0)), 0);
});

test('a quarter of outliers does not move it', () => {
  const points = line(20, 1).map((point, i) => (i % 4 === 3 ? { ...point, value: 1e6 } : point));
  assert.ok(Math.abs((slopePerMinute(points) ?? 0) - 60) < 30);
});

test('too few points, or all at one moment, give none', () => {
  assert.equal(slopePerMinute(line(4, 1)), null);
  assert.equal(slopePerMinute(line(9, 1).map((point) => ({ ...point, seconds: 3 }))), null);
});

test('a recorder keeps aggregates of all, and points enough for the slope of an hour', () => {
  const recorder = new SeriesRecorder();
  for (let i = 0; i < 3_600; i += 1) recorder.add(i, 100 + i / 60);
  assert.equal(recorder.samples, 3_600);
  assert.equal(recorder.last, 100 + 3_599 / 60);
  assert.equal(recorder.max, recorder.last);
  assert.ok(Math.abs(recorder.mean - 129.99) < 0.01);
  assert.ok(Math.abs((recorder.slopePerMinute() ?? 0) - 1) < 1e-6);
  assert.ok(Math.abs(recorder.increase - 3_599 / 60) < 1e-9);
  assert.equal(new SeriesRecorder().mean, 0);
});
