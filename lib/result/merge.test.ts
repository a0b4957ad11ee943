import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evenLatency, loadResult, type Changes } from '../../test/support/runs.ts';
import { runOfResult } from '../compare/suite-result.ts';
import { quantile } from '../statistics/quantile.ts';
import { latencyOf } from '../summary/latency.ts';
import { expression, type Gate } from '../gates/gates.ts';
import { mergeParts } from './merge.ts';
import { PartError, type ResultFile } from './parts.ts';
import { parseRunResult, type GateResult, type RunResult } from './run-result.ts';
import { trend } from '../../test/support/summaries.ts';
import { describe } from '../report/describe.ts';
import { textOf } from '../report/text.ts';

const SUCCESSFUL = 'http_req_duration{kind:workflow,expected_response:true}';
const gate = (
  name: string,
  metric: string,
  of: Pick<Gate, 'aggregate' | 'operator' | 'limit'>,
): GateResult => ({
  name,
  kind: of.operator === '>=' ? 'floor' : 'limit',
  metric,
  threshold: expression(of),
  ...of,
  observed: null,
  unit: 'ms',
  status: 'not gated',
});
const gates: GateResult[] = [
  gate('P95', SUCCESSFUL, { aggregate: 'p(95)', operator: '<', limit: 150 }),
  gate('Error rate', 'errors', { aggregate: 'rate', operator: '<', limit: 0.01 }),
  gate('Requests', 'http_reqs{kind:workflow}', { aggregate: 'count', operator: '>=', limit: 1_000 }),
  gate('Successful requests', 'http_reqs{kind:workflow,expected_response:true}', {
    aggregate: 'count',
    operator: '>=',
    limit: 990,
  }),
];

const parts = (of: number) => Array.from({ length: of }, (_, i) => i + 1);

/** Part `index` of `of`: 1,000 iterations split evenly. */
function partFile(
  index: number,
  of: number,
  { part, ...changes }: Changes & { part?: Partial<RunResult['run']['part'] & object> } = {},
  more: Partial<RunResult> = {},
): ResultFile {
  const count = 1_000 / of;
  const segments = ['0', ...parts(of - 1).map((i) => `${i}/${of}`), '1'];
  const result = loadResult(0, {
    all: evenLatency(count, 0, 100),
    requests: { total: count, successful: count },
    ...changes,
    run: {
      part: {
        index,
        of,
        runId: 'nightly-7',
        segment: `${segments[index - 1]}:${segments[index]} of ${segments.join(',')}`,
        iterations: count,
        judged: count,
        errors: 0,
        ...part,
      },
      ...changes.run,
    },
  });
  return {
    file: `part-${index}.json`,
    result: { ...result, gates, checks: [{ name: 'status is 200', passes: count, fails: 0 }], ...more },
  };
}

const whole = (of = 4) => parts(of).map((index) => partFile(index, of));

test('counts, checks and duration are those of all parts, in whatever order they come', () => {
  const start = Date.UTC(2026, 0, 1, 12);
  const files = [3, 1, 4, 2].map((index) =>
    partFile(index, 4, {
      run: { startedAt: new Date(start + index * 100).toISOString(), durationMs: 30_000 },
      part: { errors: 1 },
      requests: { total: 250, successful: 249, droppedIterations: index, rateLimited: index },
    }),
  );
  const { requests, run, checks, latency } = mergeParts(files);
  assert.deepEqual(requests, {
    total: 1_000,
    successful: 996,
    perSecond: 1_000 / 30.3,
    errorRate: 0.004,
    refused: 0,
    droppedIterations: 10,
    rateLimited: 10,
  });
  assert.deepEqual(checks, [{ name: 'status is 200', passes: 1_000, fails: 0 }]);
  assert.equal(latency.all?.count, 1_000);
  assert.equal(run.startedAt, new Date(start + 100).toISOString());
  assert.equal(run.durationMs, 30_300);
  assert.equal(run.part, null);
  assert.equal(run.generators, 4);
});

test('percentiles are those of all samples together, not the mean of the parts’', () => {
  // Each generator sees another system: one is slow.
  const samples = parts(4).map((index) =>
    Array.from({ length: 250 }, (_, i) => (index === 4 ? 100 : 10) * (1 + 3 * (i / 250) ** 3)),
  );
  const files = samples.map((mine, i) =>
    partFile(i + 1, 4, { all: latencyOf({ metrics: { m: trend(mine) } }, 'm') }),
  );
  const { latency } = mergeParts(files);
  assert.ok(latency.all);
  const all = samples.flat().sort((a, b) => a - b);
  for (const [level, value] of [
    [0.5, latency.all.p50Ms],
    [0.95, latency.all.p95Ms],
    [0.99, latency.all.p99Ms],
  ] as const) {
    const raw = quantile(all, level);
    assert.ok(Math.abs(value - raw) < 0.01 * raw, `p${level}: ${value} of ${raw}`);
  }
  assert.equal(latency.all.minMs, all[0]);
  assert.equal(latency.all.maxMs, all.at(-1));
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  assert.ok(Math.abs(latency.all.meanMs - mean) < 1e-9);
});

test('stages are merged each, and one that no part measured stays empty', () => {
  const stages = (low: number): RunResult['latency'] => ({
    ...partFile(1, 2).result.latency,
    stages: [
      { stage: 0, duration: '30s', target: 10, latency: evenLatency(100, low, low + 10) },
      { stage: 1, duration: '1m', target: 50, latency: null },
    ],
  });
  const files = [partFile(1, 2, {}, { latency: stages(0) }), partFile(2, 2, {}, { latency: stages(100) })];
  const [ramp, hold] = mergeParts(files).latency.stages;
  assert.equal(ramp?.latency?.count, 200);
  assert.equal(ramp.latency.minMs, 0);
  assert.equal(ramp.latency.maxMs, 110);
  assert.deepEqual(hold, { stage: 1, duration: '1m', target: 50, latency: null });
});

test('every gate is judged on the whole, and seen to fail on it', () => {
  assert.deepEqual(mergeParts(whole()).outcome, { status: 'passed', reason: 'every gate holds' });
  // Each part alone has a quarter of the floor, and P95 and errors that the others make up for or not.
  const slow = evenLatency(250, 0, 1_000);
  const cases: [failing: string, Changes & { part?: { errors: number } }][] = [
    ['P95', { all: slow }],
    ['Error rate', { part: { errors: 10 } }],
    ['Requests (too few samples)', { requests: { total: 249, successful: 250 } }],
    ['Successful requests (too few samples)', { requests: { total: 250, successful: 239 } }],
  ];
  for (const [failing, changes] of cases) {
    const merged = mergeParts([partFile(1, 4, changes), ...whole().slice(1)]);
    assert.deepEqual(merged.outcome, { status: 'failed', reason: failing });
    assert.match(textOf(describe(merged)), /^FAILED .*\(exit code 99\)$/m);
  }
  const nine = mergeParts([partFile(1, 4, { part: { errors: 9 } }), ...whole().slice(1)]);
  assert.equal(nine.outcome.status, 'passed', 'nine of a thousand are under one per cent');
});

test('no successful request in any part: no percentile, and too few samples', () => {
  const none = parts(2).map((index) =>
    partFile(index, 2, { all: null, requests: { total: 500, successful: 0 }, part: { errors: 500 } }),
  );
  const merged = mergeParts(none);
  assert.equal(merged.latency.successful, null);
  assert.match(merged.outcome.reason, /^P95 \(too few samples\), Error rate/);
});

test('iterations that took too long fail by their floor; the merged result says that it is not whole', () => {
  const load = { shape: 'iterations', total: 1_000, users: 10, maxDuration: '30s', thinkTimeSeconds: 0 };
  const late = parts(2).map((index) =>
    partFile(index, 2, {
      run: { complete: false, durationMs: 30_500 },
      configuration: { load },
      requests: { total: 300, successful: 300 },
      part: { iterations: 300 },
    }),
  );
  const merged = mergeParts(late);
  assert.equal(merged.run.complete, false);
  assert.equal(merged.outcome.status, 'failed');
});

test('what the first part saw of the target is judged again, too', () => {
  const watched: GateResult = {
    ...gate('Growth of the fastest growing queue', 'monitor{limit:queueGrowthPerMinute}', {
      aggregate: 'value',
      operator: '<',
      limit: 60,
    }),
    observed: 90,
  };
  const first = partFile(1, 2, {}, { gates: [...gates, watched] });
  assert.equal(mergeParts([first, partFile(2, 2)]).outcome.reason, watched.name);
});

test('the merged result is one like any other: read back, reported, compared', () => {
  const merged = mergeParts(whole());
  assert.deepEqual(parseRunResult(JSON.stringify(merged), 'merged.json'), merged);
  const run = runOfResult(merged, 'merged.json');
  assert.equal(run.kind, 'measured');
  const part = runOfResult(partFile(2, 4).result, 'part-2.json');
  assert.equal(part.kind === 'unusable' && part.problem, 'is part 2 of 4 of a load: merge the parts first');
});

test('the busiest generator is shown, and none where one was not looked at', () => {
  const generator = (cpus: number) => ({
    meanCpus: cpus,
    peakCpus: cpus,
    peakResidentBytes: cpus * 1e6,
    droppedIterations: 1,
  });
  const both = [
    partFile(1, 2, {}, { generator: generator(1) }),
    partFile(2, 2, {}, { generator: generator(2) }),
  ];
  assert.deepEqual(mergeParts(both).generator, { ...generator(2), droppedIterations: 2 });
  assert.equal(mergeParts([partFile(1, 2), partFile(2, 2, {}, { generator: generator(2) })]).generator, null);
});

const other = (index: number, changes: Parameters<typeof partFile>[2], more?: Partial<RunResult>) =>
  whole().map((file, i) => (i === index - 1 ? partFile(index, 4, changes, more) : file));
const [first] = whole();
const stages = { shape: 'stages', stages: [{ duration: '30s', target: 10 }], thinkTimeSeconds: 1 };
const cut = whole().map((_, i) =>
  partFile(i + 1, 4, {
    run: { complete: i !== 2 },
    configuration: { load: stages },
    outcome: { status: 'interrupted', reason: 'stopped before its plan' },
  }),
);

const refusals: [what: string, files: (ResultFile | undefined)[], message: RegExp][] = [
  ['none', [], /^no results/],
  ['one missing', whole().slice(0, 3), /^part 4 of 4 is missing/],
  ['two missing', [first], /^part 2, 3, 4 of 4 is missing/],
  ['one twice', [...whole(), first], /^part-1.json and part-1.json are both part 1 of 4/],
  ['a whole run', other(3, { run: { part: null } }), /^part-3.json: is a whole run, no part/],
  [
    'merged already',
    other(3, { run: { part: null, generators: 4 } }),
    /^part-3.json: is merged of 4 parts already/,
  ],
  ['cut short', cut, /^part-3.json: part 3 of 4 was cut short: stopped before its plan/],
  [
    'setup failed',
    other(2, { outcome: { status: 'not run', reason: 'the target does not answer' } }),
    /^part-2.json: part 2 of 4 did not run: the target does not answer/,
  ],
  ['without setup', other(2, { part: { segment: null } }), /^part-2.json: part 2 of 4 ran without setup/],
  ['without gates', other(2, {}, { gates: [] }), /^part-2.json: part 2 of 4 has no gates/],
  [
    'cut short iterations',
    other(2, { part: { iterations: 249 } }),
    /ended 999 iterations of 1000: one of them/,
  ],
  ['overlapping', other(2, { part: { iterations: 251 } }), /ended 1001 iterations of 1000: their segments/],
  ['another scenario', other(2, { run: { scenario: 'stress' } }), /scenario stress, there heavy/],
  ['another environment', other(2, { run: { environment: 'ci' } }), /environment ci, there staging/],
  ['another run', other(2, { part: { runId: 'nightly-8' } }), /run id nightly-8, there nightly-7/],
  ['no run id', other(2, { part: { runId: null } }), /run id null, there nightly-7/],
  ['other segments', other(2, { part: { segment: '0:1/2 of 0,1/2,1' } }), /segments 0,1\/2,1, there/],
  ['other thresholds', other(2, { run: { thresholds: 'ffffffff' } }), /hash of thresholds\/ ffffffff/],
  ['another build', other(2, { run: { build: 'ffffffff' } }), /build ffffffff, there 87654321/],
  ['another commit', other(2, { run: { commit: 'abc' } }), /commit abc, there null/],
  ['another k6', other(2, { run: { k6Version: '3.0.0' } }), /k6 major version 3, there 2/],
  ['another target', other(2, { configuration: { baseUrl: 'https://x' } }), /base URL https:\/\/x, there/],
  ['another load', other(2, { configuration: { load: stages } }), /load \{"shape":"stages"/],
  ['other limits', other(2, { configuration: { limits: { p95Ms: 9 } } }), /limits \{"p95Ms":9\}, there/],
  ['other payloads', other(2, { configuration: { payload: 'test' } }), /configuration .*…, there/],
  ['other gates', other(2, {}, { gates: gates.slice(1) }), /gates \[\["Error rate"/],
  [
    'another number of parts',
    [...whole().slice(0, 3), partFile(4, 5)],
    /^part-4.json: is of another run than part-1.json: number of parts 5, there 4/,
  ],
  [
    'long after the others',
    other(4, { run: { startedAt: '2026-01-01T12:00:07.000Z' } }),
    /^part-4.json: started 7.0 s after part-1.json: the parts of a load run together/,
  ],
  [
    'after the others had ended',
    whole().map((_, i) =>
      partFile(i + 1, 4, {
        run: {
          durationMs: 1_000,
          startedAt: new Date(Date.UTC(2026, 0, 1) + (i === 3 ? 2_000 : 0)).toISOString(),
        },
      }),
    ),
    /^part-4.json: started 2.0 s after/,
  ],
  [
    'a gate on what a result does not hold',
    whole().map((_, i) =>
      partFile(
        i + 1,
        4,
        {},
        { gates: [gate('Mine', 'my_metric', { aggregate: 'value', operator: '<', limit: 3 })] },
      ),
    ),
    /^the gate 'Mine' on value<3 of my_metric cannot be judged on merged results/,
  ],
];

for (const [what, files, message] of refusals) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => mergeParts(files.filter((file) => file !== undefined)),
      (error: unknown) =>
        error instanceof PartError && message.test(error.message) && !error.message.includes('\n'),
    );
  });
}
