import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Function as PprofFunction,
  Line,
  Location,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format';
import { differenceOf } from './difference.ts';
import { goOrigins, parsePprof } from './pprof.ts';

type Frame = readonly [name: string, file: string];

/** A profile as Go writes it: stacks from the innermost function on. */
function written(
  stacks: readonly (readonly [frames: readonly Frame[], ns: number])[],
  type = 'cpu',
): Uint8Array {
  const stringTable = new StringTable();
  const text = (value: string) => stringTable.dedup(value);
  const functions: PprofFunction[] = [];
  const sample = stacks.map(([frames, ns]) => {
    const locationId = frames.map(([name, file]) => {
      const id = functions.length + 1;
      functions.push(new PprofFunction({ id, name: text(name), filename: text(file) }));
      return id;
    });
    return new Sample({ locationId, value: [1, ns] });
  });
  return new Profile({
    sampleType: [
      new ValueType({ type: text('samples'), unit: text('count') }),
      new ValueType({ type: text(type), unit: text('nanoseconds') }),
    ],
    sample,
    location: functions.map(({ id }) => new Location({ id, line: [new Line({ functionId: id })] })),
    function: functions,
    stringTable,
    durationNanos: 2e9,
    period: 1e7,
  }).encode();
}

const root = '/usr/local/go/src';
const serve: Frame = ['net/http.(*conn).serve', `${root}/net/http/server.go`];
const handler: Frame = ['example.com/app/api.Handle', '/home/me/app/api/handle.go'];
const main: Frame = ['main.run', '/home/me/app/main.go'];
const library: Frame = [
  'github.com/Some/lib/v2.Do',
  '/home/me/go/pkg/mod/github.com/!some/lib/v2@v2.1.0/do.go',
];
const vendored: Frame = ['github.com/a/b/c.F', '/home/me/app/vendor/github.com/a/b/c/f.go'];
const alloc: Frame = ['runtime.mallocgc', `${root}/runtime/malloc.go`];
const collect: Frame = ['runtime.gcBgMarkWorker', `${root}/runtime/mgc.go`];

test('whose code a function is: modules, vendored ones, the application, the standard library, garbage collection', () => {
  const { profile, seconds, samples, intervalUs } = parsePprof(
    written([
      [[alloc, library, handler, serve], 3e6],
      [[vendored, main], 2e6],
      [[alloc, collect], 1e6],
    ]),
  );
  assert.deepEqual([seconds, samples, intervalUs], [2, 3, 10_000]);
  const origins = goOrigins([profile]);
  const of = ([functionName, url]: Frame) => {
    const { kind, name, file } = origins({ functionName, url });
    return [kind, name, file];
  };
  assert.deepEqual(of(library), ['package', 'github.com/some/lib/v2', 'do.go']);
  assert.deepEqual(of(vendored), ['package', 'github.com/a/b', 'c/f.go']);
  assert.deepEqual(of(handler), ['application', 'the application', 'api/handle.go']);
  assert.deepEqual(of(main), ['application', 'the application', 'main.go']);
  assert.equal(of(serve)[0], 'node');
  assert.equal(of(collect)[0], 'gc');
  assert.equal(origins({ functionName: 'main.main', url: 'example.com/app/main.go' }).kind, 'application');
});

test('what a library lets the runtime do counts for the library; collecting garbage stays apart', () => {
  const parsed = (stacks: Parameters<typeof written>[0]) => parsePprof(written(stacks)).profile;
  const baseline = parsed([[[handler, serve], 1e6]]);
  const treatment = parsed([
    [[handler, serve], 1e6],
    [[alloc, library, handler, serve], 3e6],
    [[alloc, collect], 2e6],
  ]);
  const origins = goOrigins([baseline, treatment]);
  const { packages, functions, total } = differenceOf(
    { profile: baseline, requests: 10 },
    { profile: treatment, requests: 10 },
    origins,
  );
  assert.deepEqual(total, { baselineUs: 100, treatmentUs: 600 });
  const charged = new Map(packages.map(({ name, charged: { treatmentUs } }) => [name, treatmentUs]));
  assert.equal(charged.get('github.com/some/lib/v2'), 300);
  assert.equal(charged.get('garbage collection'), 200);
  assert.equal(functions[0]?.name, 'github.com/Some/lib/v2.Do');
});

test('a profile of something else, and no profile at all', () => {
  assert.throws(() => parsePprof(written([[[main], 1]], 'alloc_space')), {
    message: 'no CPU profile: it counts samples, alloc_space; expected cpu',
  });
  assert.throws(() => parsePprof(new TextEncoder().encode('<html>')), /^Error: no CPU profile: /);
});
