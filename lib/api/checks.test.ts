import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guideApi as api } from '../../thresholds/guide-api.ts';
import type { SuccessRule } from '../../thresholds/types.ts';
import { ending } from '../../test/support/endings.ts';
import { at } from './json-path.ts';
import type { Json } from '../../thresholds/types.ts';
import {
  BODIES_IN_A_ROW,
  bodyChecksOf,
  bodyRuleOf,
  checksOf,
  judgesBody,
  needsBody,
  type Answer,
} from './checks.ts';

function answerOf(body: string, type = 'application/json', status = 200): Answer {
  return {
    status,
    headers: { 'Content-Type': type },
    body,
    timings: { duration: 1 },
    json: (path) => at(JSON.parse(body) as Json, path),
  };
}

/** The names of the checks that fail, for one answer after the other. */
function failing(success: SuccessRule, ...answers: Answer[]): string[][] {
  const rule = bodyRuleOf(success);
  const checks = Object.entries({
    ...checksOf(success, null),
    ...(rule === null ? {} : bodyChecksOf(rule)),
  });
  return answers.map((answer) => checks.flatMap(([name, check]) => (check(answer) ? [] : [name])));
}

const done = (id: number) => answerOf(`{"executionId":${id},"status":"completed"}`);
const status: SuccessRule = { status: [200], contentType: null };

test('the rule of the default API: completed, and another execution each time', () => {
  assert.deepEqual(failing(api.success, done(1), done(2), done(1)), [[], [], []]);
  const wrong = (what: string) => [ending(what).says];
  for (const body of ['', '{"error":"out of paper"}', '<h1>Bad gateway</h1>', 'null', '[]']) {
    assert.deepEqual(failing(api.success, answerOf(body)), [wrong('wrong-body')], body);
  }
  assert.deepEqual(failing(api.success, done(1), done(1), done(1)), [
    [],
    wrong('constant-answer'),
    wrong('constant-answer'),
  ]);
});

test('values are found however the answer is written', () => {
  const odd = (id: number) => [
    `{ "status" : "completed", "executionId" : ${id} }`,
    `{"input":{"status":"failed"},"status":"completed","executionId":"a,${id}"}`,
    `{"executionId":"a,${id}","status":"completed"}`,
    `{"executionId":"\\"${id}","status":"completed"}`,
    `{"steps":[1],"executionId":"${id}","status":"completed","output":{"status":"failed"}}`,
  ];
  for (const [i, body] of odd(1).entries()) {
    assert.deepEqual(failing(api.success, answerOf(body), answerOf(odd(2)[i] ?? '')), [[], []], body);
    assert.deepEqual(failing(api.success, answerOf(body), answerOf(body))[1]?.length, 1, body);
  }
  const nested = [
    '{"error":{"status":"completed","executionId":1}}',
    '[{"status":"completed","executionId":1}]',
  ];
  for (const body of [
    ...nested,
    '{"status":"completed","executionId":1,"cut',
    '{"status":"completed 2","executionId":1}',
  ])
    assert.equal(failing(api.success, answerOf(body))[0]?.length, 1, body);
});

test('words or a pattern in the text of an answer, alone and beside values', () => {
  const xml = (text: string) => answerOf(text, 'text/xml');
  const holds: SuccessRule = { ...status, text: { contains: '<state>done</state>' } };
  const [name = ''] = failing(holds, xml('<state>failed</state>'))[0] ?? [];
  assert.equal(name, 'body contains "<state>done</state>"');
  const gone = { ...xml(''), body: null };
  assert.deepEqual(failing(holds, xml('<a><state>done</state></a>'), xml(''), gone), [[], [name], [name]]);
  const pattern: SuccessRule = { ...status, text: { pattern: 'total: [1-9][0-9]*$' } };
  assert.deepEqual(failing(pattern, xml('a\ntotal: 12'), xml('total: 0')), [
    [],
    [ending('text-without-match').says],
  ]);
  const both: SuccessRule = { ...status, json: { done: true }, text: { contains: 'ok' } };
  assert.deepEqual(
    failing(
      both,
      answerOf('{"done":true,"say":"ok"}'),
      answerOf('{"done":true}'),
      answerOf('{"say":"ok"}'),
    ).map((names) => names.length),
    [0, 1, 1],
  );
});

test('an empty body is no success unless the rule allows it, or the status has none', () => {
  const empty = answerOf('', 'text/plain');
  assert.deepEqual(failing(status, empty, answerOf('done')), [[ending('empty-body').says], []]);
  assert.deepEqual(failing({ ...status, emptyBody: true }, empty), [[]]);
  assert.deepEqual(failing({ ...status, status: [200, 204] }, answerOf('', '', 204), empty), [
    [],
    [ending('empty-body').says],
  ]);
});

test('bodies are read unless the rule has no use for them', () => {
  assert.equal(needsBody(status), true);
  assert.equal(needsBody({ ...status, emptyBody: true }), false);
  assert.equal(needsBody({ ...status, emptyBody: true, fresh: 'id' }), true);
  assert.equal(needsBody({ ...status, emptyBody: true, text: { contains: 'ok' } }), true);
});

test('a user of a load judges its first hundred bodies, a hundred after a wrong one, and each tenth', () => {
  const judged = (allUntil: number) =>
    Array.from({ length: 300 }, (_, iteration) => iteration).filter((i) => judgesBody(i, allUntil));
  const tenths = Array.from({ length: 20 }, (_, i) => 100 + 10 * i);
  assert.deepEqual(judged(BODIES_IN_A_ROW).slice(98), [98, 99, ...tenths]);
  assert.equal(judged(250).length, 250 + 5);
});

test('content types compare without case', () => {
  const json: SuccessRule = { status: [200], contentType: 'json', emptyBody: true };
  for (const type of ['Application/JSON', 'application/problem+JSON; charset=UTF-8', 'application/json'])
    assert.deepEqual(failing(json, answerOf('{}', type)), [[]], type);
  assert.deepEqual(failing({ ...json, contentType: 'text/HTML' }, answerOf('x', 'TEXT/html')), [[]]);
  assert.deepEqual(failing(json, answerOf('{}', 'text/html')), [['answer is json']]);
});
