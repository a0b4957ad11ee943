import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadResult } from '../../test/support/results.ts';
import { parseRunResult } from './run-result.ts';

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
