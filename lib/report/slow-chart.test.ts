import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OverheadResult } from '../result/run-result.ts';
import { slowChart } from './slow-chart.ts';

function arm(
  name: string,
  startedAtMs: number,
  levels: number[] | undefined,
): OverheadResult['arms'][number] {
  const slow = levels === undefined ? {} : { slow: { sliceMs: 500, levels } };
  const block = { p95Ms: 40, requests: 200, startedAtMs, ...slow };
  return { name, flags: {}, p95Ms: 40, requests: 200, errors: 0, latency: null, blocks: [block, null] };
}

test('a strip for each arm on one axis, in the order of time', () => {
  const chart = slowChart([arm('baseline', 12_000, [0, 1]), arm('treatment', 10_000, [3, 0])], 7_000);
  assert.deepEqual(chart?.x, [3, 3.5, 5, 5.5]);
  assert.deepEqual(
    chart.lines.map(({ label, values }) => [label, values]),
    [
      ['slow, baseline', [null, null, 0, 17]],
      ['slow, treatment', [83, 0, null, null]],
    ],
  );
});

test('no chart where nothing is known, or nothing was slow', () => {
  assert.equal(slowChart([arm('baseline', 0, undefined)], 0), null);
  assert.equal(slowChart([arm('baseline', 0, [0, 0])], 0), null);
});
