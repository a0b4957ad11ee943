import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCpuProfile, selfTimesUs } from './cpu-profile.ts';

const root = { id: 1, callFrame: { functionName: '(root)', url: '' }, children: [2, 3] };
const leaf = (id: number) => ({ id, callFrame: { functionName: `f${id}`, url: '' } });
const raw = {
  nodes: [root, leaf(2), leaf(3)],
  startTime: 100,
  endTime: 200,
  samples: [2, 3, 2],
  timeDeltas: [10, 20, 30],
};

test('a sample counts until the next one, the last until the end', () => {
  const times = selfTimesUs(parseCpuProfile(raw));
  assert.deepEqual(
    [...times],
    [
      [2, 20 + 40],
      [3, 30],
    ],
  );
});

test('a sample that was written late, with a negative delta behind it, counts nothing', () => {
  const times = selfTimesUs(parseCpuProfile({ ...raw, timeDeltas: [10, 20, -5] }));
  assert.equal(times.get(3), 0);
});

const wrong: [what: string, value: unknown, message: RegExp][] = [
  ['nothing', null, /^no CPU profile: the value: /],
  ['no nodes', { ...raw, nodes: [] }, /^no CPU profile: nodes: /],
  ['a node without a call frame', { ...raw, nodes: [{ id: 1 }] }, /^no CPU profile: nodes\.0\.callFrame: /],
  ['samples of text', { ...raw, samples: ['2'] }, /^no CPU profile: samples: /],
  ['a delta too few', { ...raw, timeDeltas: [1, 2] }, /^no CPU profile: 3 samples, but 2 time deltas$/],
];
for (const [what, value, message] of wrong)
  test(`${what} is refused with one line`, () => {
    assert.throws(() => parseCpuProfile(value), { message });
  });
