import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Switching } from '../../thresholds/types.ts';
import { formatFlags } from '../config/flags.ts';
import {
  at,
  firstDifference,
  flagHeaders,
  notUnderstood,
  parseFlags,
  readCalls,
  statedByRead,
  writeCalls,
} from './flags.ts';

const flags = { TRACK_MODEL_COSTS: false, ENABLE_OBSERVABILITY: true };
const names = { ENABLE_OBSERVABILITY: 'obs', TRACK_MODEL_COSTS: 'costs/€' };
const admin = (write: NonNullable<Switching['admin']>['write']) => ({
  read: { method: 'GET' as const, path: '/flags', readAt: '' },
  write,
  timeoutMs: 1,
});

test('one call for all flags, in the guide’s order', () => {
  const calls = writeCalls(
    admin({ method: 'PUT', path: '/f', body: { flags: '{flags}', by: 'k6' } }),
    {},
    flags,
  );
  assert.deepEqual(calls, [
    {
      method: 'PUT',
      path: '/f',
      body: '{"flags":{"ENABLE_OBSERVABILITY":true,"TRACK_MODEL_COSTS":false},"by":"k6"}',
    },
  ]);
});

test('one call a flag, under the target’s own names, safe in a path', () => {
  const calls = writeCalls(
    admin({ method: 'PATCH', path: '/f/{flag}', body: { '{flag}': ['{value}', 'is {value}'] } }),
    { names },
    flags,
  );
  assert.deepEqual(calls, [
    { method: 'PATCH', path: '/f/obs', body: '{"obs":[true,"is true"]}' },
    { method: 'PATCH', path: '/f/costs%2F%E2%82%AC', body: '{"costs/€":[false,"is false"]}' },
  ]);
});

test('reads: one for all, or one for each', () => {
  const all = readCalls({ method: 'GET', path: '/f', readAt: 'a' }, { names }, [
    'ENABLE_OBSERVABILITY',
    'TRACK_MODEL_COSTS',
  ]);
  assert.deepEqual(all, [
    { call: { method: 'GET', path: '/f', body: null }, flags: ['ENABLE_OBSERVABILITY', 'TRACK_MODEL_COSTS'] },
  ]);
  const each = readCalls({ method: 'GET', path: '/f/{flag}', readAt: '' }, { names }, [
    'ENABLE_OBSERVABILITY',
    'TRACK_MODEL_COSTS',
  ]);
  assert.deepEqual(
    each.map(({ call, flags: of }) => [call.path, of.join()]),
    [
      ['/f/obs', 'ENABLE_OBSERVABILITY'],
      ['/f/costs%2F%E2%82%AC', 'TRACK_MODEL_COSTS'],
    ],
  );
});

test('headers: one for all, or one for each; none where none is configured', () => {
  assert.deepEqual(flagHeaders({ header: { name: 'X-Flags', value: '{flags}' } }, flags), {
    'X-Flags': 'ENABLE_OBSERVABILITY=true,TRACK_MODEL_COSTS=false',
  });
  assert.deepEqual(
    flagHeaders(
      { header: { name: 'X-{flag}', value: '{value}' }, names: { ENABLE_OBSERVABILITY: 'obs' } },
      flags,
    ),
    {
      'X-obs': 'true',
      'X-TRACK_MODEL_COSTS': 'false',
    },
  );
  assert.deepEqual(flagHeaders({}, flags), {});
});

test('an echo in pairs or in JSON; what is not understood is no echo', () => {
  const echoes: [Parameters<typeof parseFlags>[0], unknown][] = [
    ['ENABLE_OBSERVABILITY=true,TRACK_MODEL_COSTS=false', flags],
    [' ENABLE_OBSERVABILITY = true ; TRACK_MODEL_COSTS=false ', flags],
    ['{"ENABLE_OBSERVABILITY":true,"TRACK_MODEL_COSTS":"false"}', flags],
    [{ ENABLE_OBSERVABILITY: true, TRACK_MODEL_COSTS: false, OTHER: 1 }, flags],
    ['ENABLE_OBSERVABILITY=yes,TRACK_MODEL_COSTS=False', { TRACK_MODEL_COSTS: false }],
    ['{"ENABLE_OBSERVABILITY":', null],
    ['', null],
    [undefined, null],
    [[true], null],
    [null, null],
  ];
  for (const [echo, expected] of echoes)
    assert.deepEqual(parseFlags(echo, {}), expected, JSON.stringify(echo));
  assert.deepEqual(parseFlags('obs=false', { names }), { ENABLE_OBSERVABILITY: false });
  assert.equal(
    parseFlags('ENABLE_OBSERVABILITY=false', { names }),
    null,
    'the target has another name for it',
  );
});

test('the answer for one flag may be its bare value', () => {
  assert.deepEqual(statedByRead({}, ['TRACK_MODEL_COSTS'], false), { TRACK_MODEL_COSTS: false });
  assert.equal(statedByRead({}, ['TRACK_MODEL_COSTS', 'ENABLE_OBSERVABILITY'], false), null);
});

test('values in the target’s own words, in calls, headers and answers', () => {
  const values = { true: 1, false: 0 };
  const [call] = writeCalls(admin({ method: 'PUT', path: '/f', body: '{flags}' }), { values }, flags);
  assert.equal(call?.body, '{"ENABLE_OBSERVABILITY":1,"TRACK_MODEL_COSTS":0}');
  assert.deepEqual(flagHeaders({ header: { name: 'X-Flags', value: '{flags}' }, values }, flags), {
    'X-Flags': 'ENABLE_OBSERVABILITY=1,TRACK_MODEL_COSTS=0',
  });
  assert.deepEqual(parseFlags('ENABLE_OBSERVABILITY=1,TRACK_MODEL_COSTS=0', { values }), flags);
  assert.deepEqual(parseFlags({ ENABLE_OBSERVABILITY: 1, TRACK_MODEL_COSTS: 0 }, { values }), flags);
  const reversed = { values: { true: false, false: true } };
  assert.deepEqual(parseFlags({ ENABLE_OBSERVABILITY: false, TRACK_MODEL_COSTS: true }, reversed), flags);
  assert.equal(notUnderstood({ ENABLE_OBSERVABILITY: 'True' }, {}), null);
  for (const value of [1, 'on', null, {}])
    assert.equal(notUnderstood({ TRACK_MODEL_COSTS: value }, {}), 'TRACK_MODEL_COSTS');
});

test('a value by path', () => {
  const answer = { a: { b: [{ c: true }] } };
  assert.equal(at(answer, 'a.b.0.c'), true);
  assert.equal(at(answer, ''), answer);
  for (const path of ['x', 'a.x.y', 'a.b.7.c', 'a.b.0.c.d']) assert.equal(at(answer, path), undefined);
});

test('the first flag that is not as asked for', () => {
  assert.equal(firstDifference(flags, { ...flags, ENABLE_SIMILARITY_LOGGING: true }), null);
  assert.equal(firstDifference(flags, { ENABLE_OBSERVABILITY: true }), 'TRACK_MODEL_COSTS');
  assert.equal(firstDifference(flags, null), 'ENABLE_OBSERVABILITY');
  assert.equal(formatFlags(flags), 'ENABLE_OBSERVABILITY=true, TRACK_MODEL_COSTS=false');
});
