import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, parseDuration } from './duration.ts';

test('durations as k6 writes them', () => {
  const durations: [string, number][] = [
    ['30s', 30_000],
    ['1m', 60_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5s', 1_500],
    ['2h45m', 9_900_000],
    ['0s', 0],
  ];
  for (const [text, ms] of durations) assert.equal(parseDuration(text), ms, text);
});

test('what is no duration', () => {
  for (const text of [
    '',
    '30',
    's',
    '30 s',
    '-30s',
    '30S',
    '1m30',
    '1e3s',
    '1d',
    '30s,1m',
    ' 30s',
    'Infinitys',
  ])
    assert.equal(parseDuration(text), null, text);
});

test('the shortest way to write one, which reads back as the same', () => {
  const written: [number, string][] = [
    [0, '0s'],
    [90_000, '1m30s'],
    [3_600_000, '1h'],
    [3_661_001, '1h1m1s1ms'],
    [1_500, '1s500ms'],
    [999.6, '1s'],
  ];
  for (const [ms, text] of written) {
    assert.equal(formatDuration(ms), text);
    assert.equal(parseDuration(text), Math.round(ms));
  }
});
