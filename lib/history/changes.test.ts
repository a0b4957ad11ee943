import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../statistics/random.ts';
import { changesOf, levelsOf, sizeInterval, type Standing } from './changes.ts';
import { METRICS } from './metrics.ts';
import { noise, trendProfile as trend } from '../../test/support/history.ts';

const [p95, overhead, errors] = METRICS;
assert.ok(p95 && overhead && errors);

/** So many runs at each level, with some noise. */
const levels = (...steps: [level: number, runs: number][]) =>
  steps
    .flatMap(([level, runs]) => Array.from({ length: runs }, () => level))
    .map((level, i) => level + noise(i));

function standings(
  values: readonly number[],
  acceptedAt: number | null = null,
  metric = p95,
): Standing[] | null {
  return (
    changesOf(values, { metric: metric ?? assert.fail(), profile: trend, acceptedAt })?.map(
      ({ standing }) => standing,
    ) ?? null
  );
}

test('a worsening is new where it was found among the latest runs, and known after that', () => {
  assert.deepEqual(standings(levels([100, 12], [120, 3])), ['new']);
  assert.deepEqual(standings(levels([100, 12], [120, 7])), ['new']);
  assert.deepEqual(standings(levels([100, 12], [120, 9])), ['known']);
  assert.deepEqual(standings(levels([100, 12], [120, 60])), ['known']);
});

test('a change needs three runs on either side', () => {
  assert.deepEqual(standings(levels([100, 12], [120, 2])), ['too few runs']);
  assert.deepEqual(standings(levels([100, 2], [140, 9])), ['too few runs']);
});

test('fewer than six runs are too few to tell', () => {
  assert.equal(standings(levels([100, 3], [200, 2])), null);
  assert.deepEqual(standings(levels([100, 3], [200, 3])), ['new']);
});

test('a worsening that comes and goes, and comes back', () => {
  assert.deepEqual(standings(levels([100, 12], [120, 6], [100, 6])), ['gone', 'better']);
  assert.deepEqual(standings(levels([100, 12], [120, 8], [100, 12], [121, 6])), ['known', 'better', 'new']);
  // It came back, but not all of the way: still worse.
  assert.deepEqual(standings(levels([100, 12], [140, 4], [125, 3])), ['new', 'better']);
});

test('with a baseline a worsening is new until it is accepted', () => {
  const values = levels([100, 12], [120, 30]);
  assert.deepEqual(standings(values, 5), ['new']);
  assert.deepEqual(standings(values, 11), ['new']);
  assert.deepEqual(standings(values, 12), ['accepted']);
  assert.deepEqual(standings(values, 40), ['accepted']);
});

test('small steps one after the other count together from the accepted level', () => {
  const values = levels([100, 12], [104, 12], [108, 12]);
  assert.deepEqual(standings(values), ['small', 'small']);
  assert.deepEqual(standings(values, 3), ['small', 'new']);
  assert.deepEqual(standings(values, 30), ['small', 'small']);
});

test('better is never worse, and overhead and errors have limits of their own', () => {
  assert.deepEqual(standings(levels([120, 12], [100, 6])), ['better']);
  assert.deepEqual(standings(levels([-2, 12], [2, 6]), null, overhead), ['small']);
  assert.deepEqual(standings(levels([-2, 12], [4, 6]), null, overhead), ['new']);
  const rates = (after: number) => [...Array<number>(12).fill(0), after, after * 1.1, after * 0.9, after];
  assert.deepEqual(standings(rates(0.001), null, errors), ['small']);
  assert.deepEqual(standings(rates(0.004), null, errors), ['new']);
});

test('a change says how large it is, and the levels around it', () => {
  const values = levels([100, 12], [120, 8]);
  const [change] = changesOf(values, { metric: p95, profile: trend, acceptedAt: null }) ?? [];
  assert.ok(change?.interval);
  assert.equal(change.index, 12);
  assert.ok(Math.abs(change.size - 20) < 1);
  assert.ok(change.interval.lower < 20 && change.interval.upper > 20 && change.interval.lower > 18);
  const shown = levelsOf(values, [change]);
  assert.deepEqual([shown[11], shown[12]], [change.before, change.after]);
});

test('the interval of a step that is known covers its size in 95 of 100 cases', () => {
  const random = seeded('intervals of steps');
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  let covered = 0;
  for (let i = 0; i < 1_000; i += 1) {
    const before = Array.from({ length: 9 }, () => 100 + 4 * normal());
    const after = Array.from({ length: 5 }, () => 110 + 4 * normal());
    const interval = sizeInterval(before, after);
    if (interval !== null && interval.lower <= 10 && interval.upper >= 10) covered += 1;
  }
  assert.ok(covered >= 930 && covered <= 970, String(covered));
});

/** Nights whose P95 lie 3 % apart where nothing changed. */
function nights(seed: string): (level: number, count: number) => number[] {
  const random = seeded(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  return (level, count) => Array.from({ length: count }, () => level * Math.exp(0.03 * normal()));
}

const fails = (values: readonly number[]) => standings(values)?.includes('new') === true;

test('quiet nights fail in less than one of a hundred', () => {
  const draw = nights('quiet');
  let failed = 0;
  for (let year = 0; year < 10; year += 1) {
    const values = draw(100, 80);
    for (let night = 6; night <= 80; night += 1) if (fails(values.slice(0, night))) failed += 1;
  }
  assert.ok(failed <= 7, `${failed} of 750`);
});

test('a step of 10 % fails within five nights, nine times of ten', () => {
  const draw = nights('step');
  let found = 0;
  for (let i = 0; i < 50; i += 1) {
    const values = [...draw(100, 30), ...draw(110, 5)];
    if ([3, 4, 5].some((after) => fails(values.slice(0, 30 + after)))) found += 1;
  }
  assert.ok(found >= 45, `${found} of 50`);
});
