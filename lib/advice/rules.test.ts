import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributionResult, experimentResult, loadResult } from '../../test/support/results.ts';
import type { CostResult, MonitorResult, RunResult } from '../result/run-result.ts';
import { recommend } from './experiment-rules.ts';

const { attribution: attributed } = attributionResult();
assert.ok(attributed !== null);

type Series = MonitorResult['series'][number];

/** A healthy run of a minute, watched. */
function healthy(change: Partial<RunResult> = {}, ...series: Series[]): RunResult {
  const result = loadResult(60);
  return {
    ...result,
    requests: { ...result.requests, errorRate: 0 },
    overhead: null,
    capacity: null,
    monitor: { intervalMs: 1_000, endpoints: [], series, drainMs: 0, targetErrors: [] },
    ...change,
  };
}

function series(name: string, values: Partial<Series>): Series {
  const none = { samples: 60, min: 0, mean: 0, max: 0, last: 0, slopePerMinute: null, points: null };
  return { name, unit: '', source: '/x', ...none, ...values };
}

/** With errors that the target reports, and half of the requests failed. */
function withErrors(...messages: string[]): RunResult {
  const result = healthy();
  return {
    ...result,
    requests: { ...result.requests, total: 100, successful: 50, errorRate: 0.5 },
    monitor: result.monitor && {
      ...result.monitor,
      targetErrors: messages.map((message) => ({ message, count: 4 })),
    },
  };
}

const experiment = experimentResult();
const overhead = (change: object): RunResult =>
  healthy({
    overhead: experiment.overhead && {
      ...experiment.overhead,
      estimateMs: 60,
      interval: { lowerMs: 50, upperMs: 70 },
      budgetMs: 20,
      ...change,
    },
  });
const armsWith = (ENABLE_ASYNC_TRACE_EXPORT: boolean) =>
  experiment.overhead?.arms.map((arm) => ({
    ...arm,
    flags: { ENABLE_LANGFUSE_EXPORT: true, ENABLE_ASYNC_TRACE_EXPORT },
  }));
/** A result whose arms differ in what the target exports to, and in `more`. */
function bySink(change: object, more: Readonly<Record<string, boolean>> = {}): RunResult {
  const result = overhead({
    arms: experiment.overhead?.arms.map((arm, i) => ({
      ...arm,
      flags: { TRACING: true, SINK: i === 0 ? 'ok' : 'down', ...(i === 0 ? {} : more) },
    })),
    ...change,
  });
  const values = { TRACING: { off: false, on: true }, SINK: { off: 'ok', on: 'ok' } };
  const settings = { values, main: null, arms: { 'sink-down': { TRACING: true, SINK: 'down' } } };
  return { ...result, configuration: { ...result.configuration, settings } };
}
const costing = (cost: CostResult['cost'], lower: number) => ({
  interval: { lowerMs: -1, upperMs: 2 },
  costs: [
    {
      cost,
      unit: 'MB a minute',
      baseline: 1,
      treatment: 9,
      value: 8,
      interval: { lower, upper: 12 },
      blocks: 8,
      limit: null,
    },
  ],
});
const slow = loadResult().latency.all;

/** Each rule with a run that triggers it, and one just beside it that does not. */
const cases: [rule: string, triggers: RunResult, silent: RunResult][] = [
  [
    'blocked-event-loop',
    healthy({}, series('eventLoopDelay', { mean: 25, max: 40 }), series('cpu', { mean: 20, max: 95 })),
    healthy({}, series('eventLoopDelay', { mean: 15, max: 90 }), series('cpu', { mean: 20, max: 95 })),
  ],
  [
    'synchronous-io',
    healthy({}, series('eventLoopDelay', { mean: 25, max: 40 }), series('cpu', { mean: 8, max: 40 })),
    healthy({}, series('eventLoopDelay', { mean: 25, max: 40 }), series('cpu', { mean: 20, max: 95 })),
  ],
  [
    'large-batches',
    healthy({}, series('eventLoopDelay', { mean: 5, max: 120 })),
    healthy({}, series('eventLoopDelay', { mean: 5, max: 80 })),
  ],
  [
    'busy-processor',
    healthy({}, series('cpu', { mean: 90, max: 99 })),
    healthy({}, series('cpu', { mean: 60, max: 99 })),
  ],
  [
    'exhausted-pool',
    healthy({}, series('dbPoolInUse', { max: 10 }), series('dbPoolSize', { max: 10 })),
    healthy({}, series('dbPoolInUse', { max: 8 }), series('dbPoolSize', { max: 10 })),
  ],
  [
    'blocking-database',
    healthy({}, series('dbPoolInUse', { mean: 6, max: 8 }), series('dbPoolSize', { max: 10 })),
    healthy({}, series('dbPoolInUse', { mean: 3, max: 10 }), series('dbPoolSize', { max: 10 })),
  ],
  [
    'growing-queue',
    healthy({}, series('queue langfuse', { max: 900, last: 900, slopePerMinute: 900 })),
    // Full for a while, and empty again.
    healthy({}, series('queue langfuse', { max: 900, last: 20, slopePerMinute: 900 })),
  ],
  [
    'growing-memory',
    healthy({}, series('memory', { min: 200, last: 500, max: 500, slopePerMinute: 300 })),
    // One jump, as of a process that warms up.
    healthy({}, series('memory', { min: 200, last: 500, max: 500, slopePerMinute: 10 })),
  ],
  [
    'growing-cache',
    healthy({}, series('cache', { max: 900, last: 900, slopePerMinute: 900 })),
    // Full, and entries make room for others.
    healthy({}, series('cache', { max: 900, last: 880, slopePerMinute: 900 })),
  ],
  [
    'dropped-entries',
    healthy({}, series('dropped langfuse', { min: 5, last: 9 })),
    healthy({}, series('dropped langfuse', { min: 5, last: 5 })),
  ],
  [
    'failing-exports',
    healthy({}, series('failed langfuse', { last: 1 }), series('exported langfuse', { last: 20 })),
    healthy({}, series('failed langfuse', { min: 3, last: 3 }), series('exported langfuse', { last: 20 })),
  ],
  [
    'unreachable-service',
    healthy({}, series('failed langfuse', { last: 40 }), series('exported langfuse', { min: 7, last: 7 })),
    healthy({}, series('failed langfuse', { last: 40 }), series('exported langfuse', { min: 7, last: 9 })),
  ],
  ['rate-limited', withErrors('429 Too Many Requests'), withErrors('out of memory')],
  [
    'rate-limited',
    healthy({ requests: { ...loadResult().requests, rateLimited: 3 } }),
    healthy({ requests: { ...loadResult().requests, rateLimited: 0 } }),
  ],
  ['failing-requests', withErrors('boom'), withErrors()],
  [
    'missing-timeouts',
    healthy({ latency: { ...loadResult().latency, all: slow && { ...slow, maxMs: 9_990 } } }),
    healthy({ latency: { ...loadResult().latency, all: slow && { ...slow, maxMs: 9_000 } } }),
  ],
  ['synchronous-export', overhead({ arms: armsWith(false) }), overhead({ arms: armsWith(true) })],
  ['waiting-for-the-sink', bySink({}), bySink({}, { TRACING: false })],
  [
    'unbounded-queue',
    bySink(costing('memoryGrowthMbPerMinute', 4)),
    bySink(costing('memoryGrowthMbPerMinute', -1)),
  ],
  ['lost-entries', bySink(costing('lostPerSecond', 4)), bySink(costing('memoryGrowthMbPerMinute', 4))],
  [
    'unused-flags',
    overhead({ verdict: { ...experiment.overhead?.verdict, kind: 'FAIL' } }),
    overhead({
      verdict: { ...experiment.overhead?.verdict, kind: 'FAIL' },
      interval: { lowerMs: -1, upperMs: 70 },
    }),
  ],
  [
    'largest-flag',
    attributionResult(),
    {
      ...attributionResult(),
      attribution: {
        ...attributed,
        shares: attributed.shares.map((share) => ({ ...share, isCause: false })),
      },
    },
  ],
];

for (const [rule, triggers, silent] of cases) {
  test(`${rule}: with evidence, and not without`, () => {
    const found = recommend(triggers).find((recommendation) => recommendation.rule === rule);
    assert.ok(
      found,
      recommend(triggers)
        .map((other) => other.rule)
        .join(),
    );
    assert.ok(found.evidence.length > 0 && found.evidence.every((text) => /\d/.test(text)));
    assert.ok(!recommend(silent).some((recommendation) => recommendation.rule === rule));
  });
}

test('the largest flag, with what it costs beside others', () => {
  const [advice] = recommend(attributionResult());
  assert.equal(advice?.title, 'Similarity logging costs most');
  assert.match(advice.evidence[0] ?? '', /^ENABLE_SIMILARITY_LOGGING is 61.3 ms of 84.2 ms at P95 \(95 %: /);
  assert.match(advice.guide, /^Optimization Checklist: /);
  // Without a flag: what is left is the largest.
  assert.ok(attributed.rest);
  const rest = { ...attributed.rest, shareMs: 70, isCause: true };
  const [ofRest] = recommend({ ...attributionResult(), attribution: { ...attributed, rest } });
  assert.match(ofRest?.evidence[0] ?? '', /^ENABLE_OBSERVABILITY is 70.0 ms of/);
});

test('a healthy run, and one that was not watched, are told nothing', () => {
  assert.deepEqual(recommend(healthy()), []);
  assert.deepEqual(recommend(healthy({ monitor: null })), []);
});
