import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import {
  blockedSample,
  distributionBlock,
  ERROR_LEVELS,
  slowClusters,
  sortedBlock,
  type BlockedSample,
} from './blocked-sample.ts';
import { boundsOfQuantiles, upperShare, type Asked } from './rank-bounds.ts';
import { quantileFunctionOf } from './quantile-function.ts';
import { seeded } from './random.ts';

interface Golden {
  readonly baseline: readonly (readonly number[])[];
  readonly treatment: readonly (readonly number[])[];
  readonly bounds: readonly { tail: number; level: number; value: number; below: number; above: number }[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/statistics/rank-bounds.json', import.meta.url), 'utf8'),
) as Golden[];

const sort = (values: readonly number[]) => Float64Array.from(values).sort();
const FINE = Array.from({ length: 20_001 }, (_, i) => i / 20_000);

function sampleOf(blocks: readonly (readonly number[] | null)[], grid = FINE): BlockedSample {
  const pooled = quantileFunctionOf(sort(blocks.flatMap((block) => block ?? [])), grid);
  return blockedSample(
    pooled,
    blocks.map((block) => block && sortedBlock(sort(block))),
  );
}

const asked: Asked = { level: 0.95, tail: 0.025, range: { lower: 0, upper: 10_000 }, together: true };

function difference(baseline: BlockedSample, treatment: BlockedSample, changes: Partial<Asked> = {}) {
  const weighted = [
    { sample: treatment, weight: 1 },
    { sample: baseline, weight: -1 },
  ];
  return boundsOfQuantiles(weighted, { ...asked, ...changes });
}

test('bounds are those of numpy and scipy: calm, stalling, unequal and tied blocks', () => {
  for (const { baseline, treatment, bounds } of golden) {
    const samples = [sampleOf(baseline), sampleOf(treatment)] as const;
    for (const { tail, level, value, below, above } of bounds) {
      const found = difference(...samples, { tail, level });
      assert.ok(found);
      close(value - found.lower, below, 2e-3);
      close(found.upper - value, above, 2e-3);
    }
  }
});

/** Lognormal latencies in blocks; `slow` adds to each request of a block. */
function drawn(blocks: number, size: number, slow: (block: number, i: number) => number = () => 0) {
  const random = seeded(`rank bounds ${blocks} ${size}`);
  return Array.from({ length: blocks }, (_, b) =>
    Array.from({ length: size }, (_, i) => Math.exp(3 + 0.4 * random.normal()) + slow(b, i)),
  );
}

test('a single stall reaches into the upper bound, however small its share', () => {
  const calm = sampleOf(drawn(15, 300));
  const stalled = sampleOf(drawn(15, 300, (b, i) => (b === 4 && i < 60 ? 400 : 0)));
  const bounds = difference(calm, stalled);
  assert.ok(bounds && bounds.upper > 300, `${bounds?.upper}`);
  assert.ok(bounds.lower < 5 && bounds.lower > -20, `${bounds.lower}`);
  const quiet = difference(calm, calm);
  assert.ok(quiet && quiet.upper < 5);
});

test('one block that is all stall: the bounds span both sides of it', () => {
  const bounds = difference(sampleOf(drawn(8, 250)), sampleOf(drawn(8, 250, (b) => (b === 2 ? 400 : 0))));
  assert.ok(bounds && bounds.lower < 0 && bounds.upper > 390, JSON.stringify(bounds));
});

test('shares of 0 and 1: all of an arm is alike', () => {
  const flat = sampleOf(Array.from({ length: 4 }, () => Array<number>(300).fill(5)));
  assert.deepEqual(difference(flat, flat), { lower: 0, upper: 0 });
  const steps = sampleOf([1, 1, 1, 9].map((value) => Array<number>(300).fill(value)));
  const bounds = difference(flat, steps);
  assert.ok(bounds && bounds.lower <= -4 && bounds.upper >= 4);
});

test('a reach past level 1: the end of the range stands for what the blocks do not say', () => {
  const two = sampleOf(drawn(2, 40));
  const bounds = difference(two, two, { tail: 1e-4 });
  assert.ok(bounds && bounds.upper > 9_900 && bounds.lower < -9_900);
  const unbounded = difference(two, two, { tail: 1e-4, range: { lower: 0, upper: 0 } });
  assert.ok(unbounded && unbounded.upper < 100, 'never below the largest value seen');
});

test('fewer than two blocks in common have no bounds; a block that one sample lacks does not count', () => {
  const [first = [], second = [], third = []] = drawn(3, 100);
  assert.equal(difference(sampleOf([first]), sampleOf([second])), null);
  assert.equal(difference(sampleOf([first, null, third]), sampleOf([null, second, third])), null);
  const apart = difference(sampleOf([first, null, third]), sampleOf([null, second, third]), {
    together: false,
  });
  assert.ok(apart && apart.lower < apart.upper);
  assert.equal(boundsOfQuantiles([], asked), null);
});

test('samples that were taken side by side are compared more closely than those taken apart', () => {
  const levels = seeded('levels');
  const shifts = Array.from({ length: 10 }, () => 0.5 * levels.normal());
  const [one, other] = ['a', 'b'].map((name) => {
    const random = seeded(name);
    return sampleOf(shifts.map((shift) => Array.from({ length: 400 }, () => 50 + shift + random.normal())));
  });
  assert.ok(one && other);
  const width = (together: boolean) => {
    const bounds = difference(one, other, { together });
    return bounds ? bounds.upper - bounds.lower : NaN;
  };
  assert.ok(width(true) < 0.6 * width(false), `${width(true)} ${width(false)}`);
});

test('as if more blocks had been measured: the bounds close in', () => {
  const samples = [sampleOf(drawn(6, 200)), sampleOf(drawn(6, 200, () => 10))] as const;
  const width = (blocks: number) => {
    const bounds = difference(...samples, { blocks, together: false });
    return bounds ? bounds.upper - bounds.lower : NaN;
  };
  assert.deepEqual(difference(...samples, { blocks: 6 }), difference(...samples));
  assert.ok(width(24) < 0.6 * width(6), `${width(24)} ${width(6)}`);
});

test('a block is the same by its values and by its quantile function', () => {
  const values = sort(drawn(1, 501)[0] ?? []);
  const grid = Array.from({ length: 501 }, (_, i) => i / 500);
  const [exact, linear] = [sortedBlock(values), distributionBlock(quantileFunctionOf(values, grid))];
  for (const value of [0, 12, 20, 40, 1_000])
    assert.ok(Math.abs(exact.above(value) - linear.above(value)) < 0.003, String(value));
  assert.equal(sortedBlock([1, 2, 2, 3]).above(2), 0.5);
});

test('how many clusters the slow values come in: as many as blocks that stall, or as there are values', () => {
  const random = seeded('clusters');
  const calm = () => Array.from({ length: 200 }, () => 100 + random.uniform());
  const stalling = Array.from({ length: 20 }, (_, b) =>
    calm().map((value, i) => (b < 4 && i < 50 ? value + 400 : value)),
  );
  assert.ok(Math.abs(slowClusters(sampleOf(stalling)) - 4) < 1.5, `${slowClusters(sampleOf(stalling))}`);
  assert.ok(slowClusters(sampleOf(Array.from({ length: 20 }, calm))) > 100);
});

test('the largest share that a count of clusters allows', () => {
  const strength = { student: 1.645, normal: 1.645 };
  // One cluster of share 0.01: twice its own size by t, and by its number more than six times.
  const single = upperShare(0.01, 0.01, strength);
  assert.ok(single > 0.06 && single < 0.09, `${single}`);
  // 10,000 values: next to the normal approximation.
  close(upperShare(0.05, 0.0022, strength), 0.05 + 1.645 * 0.0022, 0.01);
  assert.equal(upperShare(0, 0.01, strength), 0);
  assert.equal(ERROR_LEVELS.at(-1), 1);
});
