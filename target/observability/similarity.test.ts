import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dimensions, embed, SimilarityIndex } from './similarity.ts';

test('a vector has length 1, the same text the same vector', () => {
  const vector = embed('The delivery was late');
  assert.equal(vector.length, dimensions);
  assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6);
  assert.deepEqual(embed('The delivery was late'), vector);
});

test('the nearest message is the one that is most alike', () => {
  const index = new SimilarityIndex();
  assert.equal(index.compare('first', embed('the invoice of last month was paid twice')), undefined);
  index.compare('second', embed('please reset the password of my account'));
  const near = index.compare('third', embed('the invoice of last month was paid in part'));
  assert.equal(near?.executionId, 'first');
  assert.ok(near.score > 0.6 && near.score < 1);
  const same = index.compare('fourth', embed('please reset the password of my account'));
  assert.equal(same?.executionId, 'second');
  assert.ok(Math.abs(same.score - 1) < 1e-6);
});

test('only the latest 512 messages are remembered', () => {
  const index = new SimilarityIndex();
  index.compare('old', embed('zebra crossing'));
  for (let number = 0; number < 512; number += 1)
    index.compare(`n${number}`, embed(`message number ${number}`));
  assert.notEqual(index.compare('new', embed('zebra crossing'))?.executionId, 'old');
});

test('texts too short for a sequence of three letters have a vector too', () => {
  for (const text of ['a', 'ab', 'abc', '日本']) assert.ok(embed(text).every(Number.isFinite), text);
});
