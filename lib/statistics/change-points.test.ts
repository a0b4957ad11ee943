import assert from 'node:assert/strict';
import { test } from 'node:test';
import golden from '../../test/golden/history/change-points.json' with { type: 'json' };
import { close } from '../../test/golden/statistics/close.ts';
import { changePoints } from './change-points.ts';

for (const { name, values, found } of golden) {
  test(`as Apache Otava: ${name}`, () => {
    for (const { window, pValue, points } of found) {
      const own = changePoints(values, { window, pValue });
      const where = `window ${window}, p ${pValue}`;
      assert.deepEqual(
        own.map(({ index }) => index),
        points.map(({ index }) => index),
        where,
      );
      for (const [i, point] of own.entries()) {
        const expected = points[i];
        assert.ok(expected);
        assert.deepEqual([point.meanBefore, point.meanAfter], [expected.meanBefore, expected.meanAfter]);
        close(point.pValue, expected.pValue, 1e-9);
      }
    }
  });
}

test('the golden series are of all kinds', () => {
  const counts = golden.map(({ found }) => found[0]?.points.length ?? 0);
  for (const many of [0, 1, 2, 3]) assert.ok(counts.includes(many), String(many));
});

test('a window needs two values', () => {
  for (const window of [1, 2.5, NaN])
    assert.throws(() => changePoints([1, 2], { window, pValue: 0.001 }), /window/);
});
