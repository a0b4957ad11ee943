import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseCpuProfile } from './cpu-profile.ts';
import { added, differenceOf } from './difference.ts';
import { profileOf, type Stack } from '../../test/support/cpu-profiles.ts';

const SERVE = 'serve file:///app/server.js';
const HTTP = 'onRequest node:http';
const COUNT = 'count file:///app/node_modules/tokens/count.js';
const NOW = 'now node:perf_hooks';
const PARSE = 'parse '; // of V8

const baseline = {
  requests: 10,
  profile: profileOf([
    [['(idle) '], 5_000],
    [[HTTP, SERVE], 100],
    [['(garbage collector) '], 20],
  ]),
};
const treatment = {
  requests: 20,
  profile: profileOf([
    [['(idle) '], 1_000],
    [[HTTP, SERVE], 200],
    [[HTTP, SERVE, COUNT], 400],
    [[HTTP, SERVE, COUNT, NOW, 'more node:internal/x'], 100],
    [[HTTP, SERVE, COUNT, PARSE], 60],
    [[HTTP], 40],
  ]),
};
const difference = differenceOf(baseline, treatment);

test('microseconds a request, idle time left out', () => {
  assert.deepEqual(difference.total, { baselineUs: 12, treatmentUs: 40 });
  assert.ok(difference.packages.every(({ name }) => name !== 'idle'));
});

test('self time by package, largest addition first', () => {
  const rows = difference.packages.map(({ name, self, charged }) => [
    name,
    self.treatmentUs,
    charged.treatmentUs,
  ]);
  assert.deepEqual(rows, [
    // 400 and V8's own 60 are its own; the 100 of Node.js that it calls are charged to it.
    ['tokens', 23, 28],
    ['Node.js', 7, 2],
    ['the application', 10, 10],
    ['garbage collection', 0, 0],
  ]);
});

test('every microsecond is charged once', () => {
  for (const kind of ['self', 'charged'] as const) {
    const sum = difference.packages.reduce((total, times) => total + times[kind].treatmentUs, 0);
    assert.ok(Math.abs(sum - difference.total.treatmentUs) < 1e-9, kind);
  }
});

test("a function is charged for Node.js's and V8's code that it calls", () => {
  assert.deepEqual(difference.functions, [
    { name: 'count', package: 'tokens', file: 'count.js', charged: { baselineUs: 0, treatmentUs: 28 } },
  ]);
});

test('in the flame graph each caller stands before its callees, with their time in its own', () => {
  const { flame } = difference;
  assert.deepEqual(
    flame.map(({ name, parent, total }) => [name, parent, total.treatmentUs]),
    [
      ['onRequest', -1, 40],
      ['serve', 0, 38],
      ['count', 1, 28],
      ['now', 2, 5],
      ['parse', 2, 3],
    ],
  );
});

const fixture = (name: string) =>
  parseCpuProfile(
    JSON.parse(
      readFileSync(new URL(`../../test/fixtures/profile/${name}.cpuprofile`, import.meta.url), 'utf8'),
    ),
  );

test('profiles of the reference target, a flag of which burns 2 ms a request', () => {
  const found = differenceOf(
    { profile: fixture('baseline'), requests: 440 },
    { profile: fixture('treatment'), requests: 280 },
  );
  const [first] = found.packages;
  assert.equal(first?.name, 'the application');
  assert.ok(added(first.charged) > 2_000 && added(first.charged) > 0.5 * added(found.total));
  assert.equal(found.functions[0]?.name, 'burn');
  assert.equal(found.functions[0].file, 'injection/injector.ts');
  for (const name of ['gpt-tokenizer', '@rudderstack/rudder-sdk-node', '@langfuse/otel', 'fastify']) {
    assert.ok(
      found.packages.some((of) => of.name === name),
      name,
    );
  }
  assert.doesNotMatch(JSON.stringify(found), /\/app\//, 'no path of the machine');
});

/** A profile of ten minutes: 600,000 samples in 20,000 functions, stacks up to 500 deep. */
function large(): Stack[] {
  const stacks = Array.from({ length: 400 }, (_, i) => {
    const frames = Array.from(
      { length: 50 + ((i * 37) % 450) },
      (_, depth) => `f${i}-${depth} file:///app/node_modules/package-${(i + depth) % 60}/${depth % 7}.js`,
    );
    return frames;
  });
  return Array.from({ length: 600_000 }, (_, i): Stack => [stacks[(i * 7_919) % 400] ?? [], 1_000]);
}

test('a profile of minutes: counted whole, and shown in little', { timeout: 120_000 }, () => {
  const profile = profileFast(large());
  const found = differenceOf({ profile, requests: 100_000 }, { profile, requests: 50_000 });
  assert.equal(found.total.baselineUs, 6_000);
  assert.equal(found.total.treatmentUs, 12_000);
  assert.ok(found.flame.length <= 400 && found.packages.length <= 20 && found.functions.length <= 12);
  assert.ok(JSON.stringify(found).length < 100_000);
});

/** Each stack is built once, and sampled often. */
function profileFast(stacks: readonly Stack[]) {
  const distinct = [...new Map(stacks.map((stack) => [stack[0], stack])).values()];
  const built = profileOf(distinct);
  const ids = new Map(distinct.map(([frames], i) => [frames, built.samples[i] ?? 0]));
  return parseCpuProfile({
    ...built,
    samples: stacks.map(([frames]) => ids.get(frames) ?? 0),
    timeDeltas: stacks.map((_, i) => (i === 0 ? 0 : 1_000)),
    endTime: stacks.length * 1_000,
  });
}
