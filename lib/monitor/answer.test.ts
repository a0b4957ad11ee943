import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numericLeaves, prometheusSamples, readNumbers } from './answer.ts';

test('JSON of any shape: every number by its path', () => {
  const leaves = numericLeaves({
    a: 1,
    b: { c: '2.5', d: 'text', e: null, f: true },
    g: [3, { h: -4 }],
    i: [],
  });
  assert.deepEqual(
    [...leaves.values],
    [
      ['a', 1],
      ['b.c', 2.5],
      ['g.0', 3],
      ['g.1.h', -4],
    ],
  );
  assert.deepEqual([...numericLeaves(7).values], [['', 7]]);
});

test('an answer that is too deep or too large is read in part, and ends', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 1_000; i += 1) deep = { deep, n: i };
  assert.equal(numericLeaves(deep).values.size, 12);
  const { values, cut } = numericLeaves(Array.from({ length: 10_000 }, (_, i) => i));
  assert.deepEqual([values.size, cut], [5_000, true]);
  assert.equal(numericLeaves(Array.from({ length: 5_000 }, (_, i) => i)).cut, false);
});

test('Prometheus text: labels, time stamps, comments; values that are no number are left out', () => {
  const text = [
    '# HELP up Is it up?',
    'up 1',
    'queue{name="a b",x="{}"} 2.5e1 1700000000000',
    'empty{} 3',
    'open_metrics_total 4 1700000000.123',
    'with_exemplar_total{a="}"} 6 # {trace_id="x{}"} 0.5 1700000000.1',
    'latency_bucket{le="0.1"} 7',
    'bad NaN',
    'worse +Inf',
    'no_value',
    '<html>',
  ].join('\r\n');
  assert.deepEqual(
    [...prometheusSamples(text).values],
    [
      ['up', 1],
      ['queue{name="a b",x="{}"}', 25],
      ['empty', 3],
      ['open_metrics_total', 4],
      ['with_exemplar_total{a="}"}', 6],
    ],
  );
});

test('what matters is found behind thousands of lines, and behind any number of buckets', () => {
  const lines = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i));
  const text = [
    ...lines(20_000, (i) => `latency_bucket{le="${i}"} ${i}`),
    ...lines(4_999, (i) => `other_${i} ${i}`),
    'process_resident_memory_bytes 5',
  ].join('\n');
  const { values, cut } = prometheusSamples(text);
  assert.equal(values.get('process_resident_memory_bytes'), 5);
  assert.equal(cut, false);
  assert.equal(prometheusSamples(`one_more 1\n${text}`).cut, true);
  assert.deepEqual(
    [...prometheusSamples(text, ['process_resident_memory_bytes']).values],
    [['process_resident_memory_bytes', 5]],
  );
});

test('what is wanted may be gone from an answer that is as good as before', () => {
  assert.equal(readNumbers('other 1', ['gone'])?.values.size, 0);
  assert.equal(readNumbers('<html>', ['gone']), null);
});

test('what is neither says nothing', () => {
  for (const text of ['', '<html></html>', '{}', '{"a": "b"}', 'null', '{"cut": 1']) {
    assert.equal(readNumbers(text), null, text);
  }
});
