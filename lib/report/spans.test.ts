import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OverheadResult, RunResult } from '../result/run-result.ts';
import { describeSpans, spansOf } from './spans.ts';
import { experimentResult, loadResult } from '../../test/support/results.ts';

const withOverhead = (result: RunResult, change: Partial<OverheadResult>): RunResult => ({
  ...result,
  overhead: result.overhead && { ...result.overhead, ...change },
});

test('each arm of each block, in the order of time and in the colour of its arm', () => {
  const result = experimentResult(2, 20);
  const spans = spansOf(result);
  assert.deepEqual(
    spans.map(({ fromSeconds, toSeconds, block, colour }) => [fromSeconds, toSeconds, block, colour]),
    [
      [0, 4.5, 1, 0],
      [5, 9.5, 1, 1],
      [10, 14.5, 2, 1],
      [15, 19.5, 2, 0],
    ],
  );
  assert.match(describeSpans(result) ?? '', /baseline and of treatment/);
});

test('where arms share the time of a block, or are many, whole blocks', () => {
  const result = experimentResult(2, 20);
  const shared = withOverhead(result, { mode: 'header' });
  assert.deepEqual(
    spansOf(shared).map(({ block, colour }) => [block, colour]),
    [
      [1, null],
      [2, null],
    ],
  );
  assert.match(describeSpans(shared) ?? '', /each block/);
  const [arm] = result.overhead?.arms ?? [];
  assert.ok(arm);
  assert.equal(spansOf(withOverhead(result, { arms: Array<typeof arm>(8).fill(arm) })).length, 2);
});

test('a block that was not measured, a load test has none', () => {
  const result = experimentResult(2, 20);
  const arms = result.overhead?.arms.map((arm) => ({ ...arm, blocks: [null, ...arm.blocks.slice(1)] })) ?? [];
  assert.deepEqual(
    spansOf(withOverhead(result, { arms })).map(({ block }) => block),
    [2, 2],
  );
  assert.equal(
    spansOf({ ...result, timeline: null })[0]?.fromSeconds,
    0,
    'without series from the first arm on',
  );
  assert.deepEqual(spansOf(loadResult()), []);
  assert.equal(describeSpans(loadResult()), null);
});
