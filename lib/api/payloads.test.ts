import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloads } from './payloads.ts';

test('the sample mix: valid requests of all five workflows, in the stated shares', () => {
  const { bodies, weights } = payloads('mix', null);
  const shares: Record<string, number> = {};
  bodies.forEach((body, i) => {
    const { workflowId, input } = JSON.parse(body) as { workflowId: string; input: Record<string, string> };
    assert.ok(input.message !== undefined && input.message.length > 0 && input.agent !== undefined);
    shares[workflowId] = (shares[workflowId] ?? 0) + (weights[i] ?? 0);
  });
  assert.deepEqual(
    Object.entries(shares).map(([id, share]) => [id, Math.round(share)]),
    [
      ['classify-ticket', 40],
      ['draft-reply', 25],
      ['extract-invoice', 20],
      ['summarize-document', 10],
      ['research-topic', 5],
    ],
  );
});

test('the guide’s one body, letter by letter', () => {
  assert.deepEqual(payloads('test', null).bodies, [
    '{"workflowId":"test-workflow","input":{"message":"Test"}}',
  ]);
});

test('a file of bodies, with and without weights', () => {
  const plain = payloads('a.json', '[{"a":1},[2],"three"]');
  assert.deepEqual(plain, { bodies: ['{"a":1}', '[2]', '"three"'], weights: [1, 1, 1] });
  const weighted = payloads(
    'a.json',
    '[{"weight":3,"body":{"a":1}},{"body":null,"weight":0.5},{"weight":1}]',
  );
  assert.deepEqual(weighted.bodies, ['{"a":1}', 'null', '{"weight":1}'], 'a body may itself have a weight');
  assert.deepEqual(weighted.weights, [3, 0.5, 1]);
});

test('a file that holds no bodies', () => {
  const wrong: [string, RegExp][] = [
    ['', /a\.json is not JSON/],
    ['[1,', /a\.json is not JSON/],
    ['{}', /a\.json holds no array/],
    ['[]', /a\.json holds no array/],
    ['null', /a\.json holds no array/],
    ['[1,{"weight":0,"body":1}]', /a\.json entry 1: weight 0; expected a weight above 0/],
    ['[{"weight":"3","body":1}]', /a\.json entry 0: weight "3"/],
    ['[{"weight":-1,"body":1}]', /weight -1/],
  ];
  for (const [text, message] of wrong) assert.throws(() => payloads('a.json', text), message, text);
});
