import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { payloads, type Payloads } from './payloads.ts';

const headers = { 'Content-Type': 'application/json' };

function fromFile(text: string, type = 'application/json'): Payloads {
  return payloads({ payload: 'a.json', headers: { 'content-type': type } }, text);
}

test('the sample mix: valid requests of all five workflows, in the stated shares', () => {
  const { bodies, weights } = payloads({ payload: 'mix', headers }, null);
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
  assert.deepEqual(payloads({ payload: 'test', headers }, null).bodies, [
    '{"workflowId":"test-workflow","input":{"message":"Test"}}',
  ]);
});

test('a file of bodies, with and without weights', () => {
  const plain = fromFile('[{"a":1},[2],"three"]');
  assert.deepEqual(plain, { bodies: ['{"a":1}', '[2]', '"three"'], weights: [1, 1, 1] });
  const weighted = fromFile('[{"weight":3,"body":{"a":1}},{"body":null,"weight":0.5},{"weight":1}]');
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
  for (const [text, message] of wrong) assert.throws(() => fromFile(text), message, text);
});

test('bodies are sent as they are written', () => {
  const long =
    '{"orderId": 4634343214213523454, "amount": 10.00, "ratio": 1e3, "name":"\\u00e9\\ud83d\\ude80 日本"}';
  assert.deepEqual(fromFile(`[${long}]`).bodies, [long]);
  const odd = '{ "a" : "],}\\\\\\",[" , "b":[ {} , [ ] ] }';
  const { bodies, weights } = fromFile(
    `\ufeff [ ${odd} ,\n{"body" : ${long}, "\\u0077eight" :2.50}, 18446744073709551615 ] \n`,
  );
  assert.deepEqual(bodies, [odd, long, '18446744073709551615']);
  assert.deepEqual(weights, [1, 2.5, 1]);
});

test('a file that is no JSON is one body, sent with the Content-Type of the API', () => {
  const sent = (payload: `${string}.${string}`, type: string | undefined, text: string) =>
    payloads({ payload, headers: type === undefined ? {} : { 'content-type': type } }, text).bodies;
  assert.deepEqual(sent('order.xml', 'text/xml', '\ufeff<a/>\n'), ['<a/>\n']);
  assert.deepEqual(sent('a.form', 'application/x-www-form-urlencoded', 'a=1&b=2\r\n'), ['a=1&b=2']);
  assert.deepEqual(sent('bulk.ndjson', 'application/x-ndjson', '{}\n{}\n'), ['{}\n{}\n']);
  const { says } = ending('payload-without-type');
  for (const type of ['application/json', 'application/vnd.acme+json; charset=utf-8'])
    assert.throws(
      () => sent('order.xml', type, '<a/>'),
      ({ message }: Error) => message.includes(says),
    );
  assert.throws(() => sent('order.xml', undefined, '<a/>'), /would be sent without a Content-Type/);
  assert.throws(() => sent('order.xml', 'text/xml', ' \n'), /order\.xml is empty/);
});

test('where the API takes no JSON, strings are sent as the text that they hold', () => {
  const form = 'application/x-www-form-urlencoded';
  const file = '["a=1&b=%20", {"weight":2,"body":"c=\\u00e9"}]';
  assert.deepEqual(fromFile(file, form), { bodies: ['a=1&b=%20', 'c=é'], weights: [1, 2] });
  assert.deepEqual(fromFile('["a"]', 'application/vnd.acme+JSON; charset=utf-8').bodies, ['"a"']);
  assert.deepEqual(fromFile('["{}\\n{}"]', 'application/x-ndjson').bodies, ['{}\n{}']);
  const { says } = ending('payload-is-no-text');
  assert.throws(
    () => fromFile('["a=1", {"a":1}]', form),
    ({ message }: Error) => message.includes(says),
  );
});
