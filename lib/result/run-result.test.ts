import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { loadResult } from '../../test/support/results.ts';
import { readRun } from '../compare/read-run.ts';
import { settings as shipped } from '../../thresholds/settings.ts';
import { isEverythingOff } from '../config/settings.ts';
import { parseRunResult } from './run-result.ts';
import { settingsIn } from './settings-in.ts';

test('a result that was written before gates had an aggregate and an operator reads as one with them', () => {
  const result = loadResult();
  assert.deepEqual(
    result.gates.map(({ aggregate, operator }) => [aggregate, operator]),
    [
      ['p(95)', '<'],
      ['rate', '<'],
      ['count', '>='],
    ],
  );
  const old = {
    ...result,
    gates: result.gates.map((gate) => ({ ...gate, aggregate: undefined, operator: undefined })),
  };
  assert.deepEqual(parseRunResult(JSON.stringify(old), 'old.json').gates, result.gates);
});

test('a result from before settings were data is of thresholds/settings.ts', () => {
  const result = loadResult();
  const configuration = { ...result.configuration, settings: undefined };
  const flags = { ENABLE_OBSERVABILITY: false, TRACK_MODEL_COSTS: true };
  const old = { ...result, configuration: { ...configuration, flags, switchedBy: 'admin' } };
  const read = parseRunResult(JSON.stringify(old), 'old.json');
  assert.equal(read.configuration.switchedBy, 'admin');
  assert.deepEqual(Object.keys(settingsIn(read).values), Object.keys(shipped.values));
  assert.ok(isEverythingOff(settingsIn(read), flags), 'the main one is off, whatever the others say');
  const own = { values: { ratio: { off: 0, on: '1' } }, main: null, arms: { tenth: { ratio: 0.1 } } };
  const now = { ...old, configuration: { ...old.configuration, settings: own, flags: { ratio: 0.1 } } };
  const reread = parseRunResult(JSON.stringify(now), 'new.json');
  assert.deepEqual([settingsIn(reread), reread.configuration.flags], [own, { ratio: 0.1 }]);
});

test('numbers that no computer holds, and nesting without end, are refused with one line', () => {
  const text = JSON.stringify(loadResult());
  const deep = `${'['.repeat(6_000)}${']'.repeat(6_000)}`;
  const cases = [
    ['number-too-large', text.replace('"seed":', '"seed":1e999,"was":')],
    ['number-too-large', text.replace('"load":{', '"load":{"users":-1e400,')],
    ['nested-too-deep', text.replace('"load":{', `"load":{"users":${deep},`)],
  ] as const;
  for (const [row, wrong] of cases) {
    assert.notEqual(wrong, text);
    for (const read of [parseRunResult, readRun]) {
      assert.throws(
        () => read(wrong, 'a.json'),
        ({ message }: Error) => {
          return message.startsWith('a.json: ') && message.includes(ending(row).says) && message.length < 300;
        },
      );
    }
  }
  assert.doesNotThrow(() =>
    parseRunResult(text.replace('"load":{', '"load":{"users":[[[1e308]]],'), 'a.json'),
  );
});
