import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlagValues, Json, Statement, Switching } from '../../thresholds/types.ts';
import { settingsOf } from '../config/check-settings.ts';
import { formatFlags } from '../config/settings.ts';
import { firstDifference, flagHeaders, readCalls, writeCalls } from './flags.ts';
import { at } from './json-path.ts';
import { notUnderstood, statedFlags, understood } from './statements.ts';

const settings = settingsOf({}, 'thresholds/local.ts');
const all = Object.keys(settings.values);
type Words = Pick<Switching, 'names' | 'values' | 'header'>;
const header = (words: Words, of: FlagValues) => flagHeaders(words, { ...words, settings }, of);
function parseFlags(answer: Json | undefined, words: Words = {}, names = all): FlagValues | null {
  const stated = statedFlags(answer, {}, { ...words, settings }, names);
  return stated === null ? null : understood(stated, { ...words, settings });
}

const flags = { ENABLE_OBSERVABILITY: true, TRACK_MODEL_COSTS: false };
const names = { ENABLE_OBSERVABILITY: 'obs', TRACK_MODEL_COSTS: 'costs/€' };
test('one call for all settings, in their order', () => {
  const calls = writeCalls(
    [{ method: 'PUT', path: '/f', body: { flags: '{settings}', by: 'k6' } }],
    { settings },
    flags,
  );
  assert.deepEqual(calls, [
    {
      method: 'PUT',
      address: '/f',
      withAuth: true,
      body: '{"flags":{"ENABLE_OBSERVABILITY":true,"TRACK_MODEL_COSTS":false},"by":"k6"}',
    },
  ]);
});

test('one call a flag, under the target’s own names, safe in a path', () => {
  const calls = writeCalls(
    [{ method: 'PATCH', path: '/f/{setting}', body: { '{setting}': ['{value}', 'is {value}'] } }],
    { names, settings },
    flags,
  );
  assert.deepEqual(calls, [
    { method: 'PATCH', address: '/f/obs', withAuth: true, body: '{"obs":[true,"is true"]}' },
    {
      method: 'PATCH',
      address: '/f/costs%2F%E2%82%AC',
      withAuth: true,
      body: '{"costs/€":[false,"is false"]}',
    },
  ]);
});

test('reads: one for all, or one for each', () => {
  const asked = ['ENABLE_OBSERVABILITY', 'TRACK_MODEL_COSTS'];
  const read = { by: 'read', method: 'GET', readAt: '' } as const;
  assert.deepEqual(readCalls({ ...read, path: '/f' }, { names, settings }, asked), [
    { call: { method: 'GET', address: '/f', withAuth: true, body: null }, names: asked },
  ]);
  const each = readCalls({ ...read, path: '/f/{setting}' }, { names, settings }, asked);
  assert.deepEqual(
    each.map(({ call, names: of }) => [call.address, of.join()]),
    [
      ['/f/obs', 'ENABLE_OBSERVABILITY'],
      ['/f/costs%2F%E2%82%AC', 'TRACK_MODEL_COSTS'],
    ],
  );
});

test('headers: one for all, or one for each; none where none is configured', () => {
  assert.deepEqual(header({ header: { name: 'X-Flags', value: '{flags}' } }, flags), {
    'X-Flags': 'ENABLE_OBSERVABILITY=true,TRACK_MODEL_COSTS=false',
  });
  assert.deepEqual(
    header({ header: { name: 'X-{flag}', value: '{value}' }, names: { ENABLE_OBSERVABILITY: 'obs' } }, flags),
    {
      'X-obs': 'true',
      'X-TRACK_MODEL_COSTS': 'false',
    },
  );
  assert.deepEqual(header({}, flags), {});
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
  assert.deepEqual(parseFlags(false, {}, ['TRACK_MODEL_COSTS']), { TRACK_MODEL_COSTS: false });
  assert.equal(parseFlags(false, {}, ['TRACK_MODEL_COSTS', 'ENABLE_OBSERVABILITY']), null);
});

test('values in the target’s own words, in calls, headers and answers', () => {
  const values = { true: 1, false: 0 };
  const [call] = writeCalls([{ method: 'PUT', path: '/f', body: '{flags}' }], { values, settings }, flags);
  assert.equal(call?.body, '{"ENABLE_OBSERVABILITY":1,"TRACK_MODEL_COSTS":0}');
  assert.deepEqual(header({ header: { name: 'X-Flags', value: '{flags}' }, values }, flags), {
    'X-Flags': 'ENABLE_OBSERVABILITY=1,TRACK_MODEL_COSTS=0',
  });
  assert.deepEqual(parseFlags('ENABLE_OBSERVABILITY=1,TRACK_MODEL_COSTS=0', { values }), flags);
  assert.deepEqual(parseFlags({ ENABLE_OBSERVABILITY: 1, TRACK_MODEL_COSTS: 0 }, { values }), flags);
  const reversed = { values: { true: false, false: true } };
  assert.deepEqual(parseFlags({ ENABLE_OBSERVABILITY: false, TRACK_MODEL_COSTS: true }, reversed), flags);
  assert.equal(notUnderstood({ ENABLE_OBSERVABILITY: 'True' }, { settings }), null);
  for (const value of [1, 'on', null, {}])
    assert.equal(notUnderstood({ TRACK_MODEL_COSTS: value }, { settings }), 'TRACK_MODEL_COSTS');
});

test('what an answer says by a list, by a pattern, or in words of its own', () => {
  const own = settingsOf(
    {
      settings: { values: { tracing: {}, ratio: { off: '0', on: '1' } }, arms: { tenth: { ratio: '0.1' } } },
    },
    'thresholds/local.ts',
  );
  const said = (answer: Json | undefined, how: Statement, asked = ['tracing', 'ratio']) => {
    const stated = statedFlags(answer, how, { settings: own, names: { tracing: 'tr.ace' } }, asked);
    return stated === null ? null : understood(stated, { settings: own });
  };
  const cases: [answer: Json | undefined, how: Statement, expected: unknown, asked?: string[]][] = [
    ['tr.ace, other', { contains: true }, { tracing: true, ratio: '0' }],
    [['x', { name: 'tr.ace' }], { contains: true }, { tracing: true, ratio: '0' }],
    [[], { contains: true }, { tracing: false, ratio: '0' }],
    [{}, { contains: true }, null],
    [
      'tr.ace on; ratio 0.1',
      { pattern: '{setting} (\\S+?)(?:;|$)', values: { on: true } },
      { tracing: true, ratio: '0.1' },
    ],
    ['trxace on', { pattern: '{setting} (\\S+)', values: { on: true } }, null],
    ['with tr.ace', { pattern: '\\b{setting}\\b' }, { tracing: true, ratio: '0' }],
    ['enabled', { values: { enabled: true, disabled: false } }, { tracing: true }, ['tracing']],
    ['disabled', { values: { enabled: true, disabled: false } }, { tracing: false }, ['tracing']],
    [true, {}, { tracing: true }, ['tracing']],
    // A value that no arm has was there before; true and false leave no third.
    [{ ratio: 0.5, 'tr.ace': 'maybe' }, {}, { ratio: 0.5 }],
    [{ ratio: 0.1 }, {}, { ratio: '0.1' }],
    [undefined, { contains: true }, null],
  ];
  for (const [answer, how, expected, asked] of cases)
    assert.deepEqual(said(answer, how, asked), expected, JSON.stringify([answer, how]));
});

test('a call may name the arm', () => {
  const write = { method: 'POST', path: '/arm/{arm}', body: { arm: '{arm}' } } as const;
  const called = (of: FlagValues) => writeCalls([write], { settings }, of).map(({ address }) => address);
  const on = (...names: string[]) => Object.fromEntries(all.map((name) => [name, names.includes(name)]));
  assert.deepEqual(called(on(...all)), ['/arm/all']);
  assert.deepEqual(called(on()), ['/arm/none']);
  assert.deepEqual(called(on('ENABLE_OBSERVABILITY', 'TRACK_MODEL_COSTS')), ['/arm/TRACK_MODEL_COSTS']);
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
