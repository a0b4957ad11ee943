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
    [...leaves],
    [
      ['a', 1],
      ['b.c', 2.5],
      ['g.0', 3],
      ['g.1.h', -4],
    ],
  );
  assert.deepEqual([...numericLeaves(7)], [['', 7]]);
});

test('an answer that is too deep or too large is read in part, and ends', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 1_000; i += 1) deep = { deep, n: i };
  assert.equal(numericLeaves(deep).size, 12);
  assert.equal(numericLeaves(Array.from({ length: 10_000 }, (_, i) => i)).size, 2_000);
});

test('Prometheus text: labels, time stamps, comments; values that are no number are left out', () => {
  const text = [
    '# HELP up Is it up?',
    'up 1',
    'queue{name="a b",x="{}"} 2.5e1 1700000000000',
    'empty{} 3',
    'bad NaN',
    'worse +Inf',
    'no_value',
    '<html>',
  ].join('\r\n');
  assert.deepEqual(
    [...prometheusSamples(text)],
    [
      ['up', 1],
      ['queue{name="a b",x="{}"}', 25],
      ['empty', 3],
    ],
  );
});

test('what is neither says nothing', () => {
  for (const text of ['', '<html></html>', '{}', '{"a": "b"}', 'null', '{"cut": 1']) {
    assert.equal(readNumbers(text), null, text);
  }
});
