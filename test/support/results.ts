/** For tests: results with all that a report can show, of any size, the same each time. */
import { simulateTries } from './simulate-capacity.ts';
import { capacityConfig } from '../../lib/config/capacity-config.ts';
import { flagsOn, withValues } from '../../lib/config/settings.ts';
import type { Env } from '../../lib/config/variables.ts';
import { quantileSorted } from '../../lib/statistics/quantile-sorted.ts';
import { resultOfCapacity } from '../../lib/summary/from-capacity-summary.ts';
import { QUANTILE_LEVELS } from '../../lib/metrics/quantiles.ts';
import type {
  CostResult,
  Latency,
  OverheadResult,
  ProfileResult,
  RunResult,
} from '../../lib/result/run-result.ts';
import { SCHEMA_VERSION } from '../../lib/result/schema-version.ts';
import { capacitySummary } from './summaries.ts';
import { settings } from '../../thresholds/settings.ts';

type Points = [number, number][];

/** Every setting of the guide, on or off. */
const guide = withValues(settings);
const allFlags = (on: boolean) => flagsOn(guide, on ? Object.keys(guide.values) : []);

const START_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** Something between -1 and 1 that looks like noise. */
const noise = (i: number) => Math.sin(i * 12.9898) * Math.cos(i * 78.233);

/** A latency with a long tail around a middle, in milliseconds. */
function latencyAround(middleMs: number): Latency {
  // In ascending order.
  const samples = Array.from({ length: 2_000 }, (_, i) => middleMs * (0.5 + 0.6 / (1.02 - i / 2_000) ** 0.6));
  const at = (level: number) => quantileSorted(samples, level);
  return {
    count: samples.length,
    minMs: at(0),
    meanMs: samples.reduce((sum, ms) => sum + ms, 0) / samples.length,
    maxMs: at(1),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    quantilesMs: QUANTILE_LEVELS.map(at),
  };
}

function pointsOf(seconds: number, valueAt: (second: number) => number): Points {
  return Array.from({ length: seconds }, (_, second) => [second, Number(valueAt(second).toFixed(2))]);
}

/** A load test in three stages that failed on one gate, with monitoring and recommendations. */
export function loadResult(seconds = 90): RunResult {
  const latency = latencyAround(60);
  const rate = (name: string, unit: string, valueAt: (second: number) => number) => ({
    name,
    unit,
    arm: null,
    points: pointsOf(seconds, valueAt),
  });
  return {
    schemaVersion: SCHEMA_VERSION,
    run: {
      scenario: 'heavy',
      environment: 'staging',
      thresholds: '1a2b3c4d',
      build: '5e6f7a8b',
      commit: '0123456789abcdef0123456789abcdef01234567',
      machineClass: '2 × Example CPU',
      k6Version: '2.2.0',
      startedAt: '2026-03-01T12:00:00.000Z',
      durationMs: seconds * 1_000,
      plannedDurationMs: seconds * 1_000,
      complete: true,
      part: null,
      generators: 1,
    },
    configuration: {
      baseUrl: 'https://staging.example.com',
      method: 'POST',
      endpoint: '/api/v1/workflows/execute',
      load: {
        shape: 'stages',
        stages: [
          { duration: '30s', target: 50 },
          { duration: '1m', target: 50 },
          { duration: '15s', target: 0 },
        ],
        thinkTimeSeconds: 1,
      },
      limits: { p95Ms: 150, errorRate: 0.01 },
      payload: 'mix',
      success: { status: [200], contentType: 'json' },
      timeoutMs: 10_000,
      auth: 'token from AUTH_TOKEN',
      seed: 42,
      flags: { ENABLE_OBSERVABILITY: true },
      switchedBy: 'call',
    },
    outcome: { status: 'failed', reason: 'P95 of successful requests: 209.0 ms, limit 150.0 ms' },
    requests: {
      total: 2_012,
      successful: 2_000,
      perSecond: 22.4,
      errorRate: 12 / 2_012,
      refused: 0.001,
      droppedIterations: 0,
    },
    latency: {
      levels: [...QUANTILE_LEVELS],
      successful: latency,
      all: latency,
      stages: [
        { stage: 0, duration: '30s', target: 50, latency: latencyAround(40) },
        { stage: 1, duration: '1m', target: 50, latency: latencyAround(66) },
        { stage: 2, duration: '15s', target: 0, latency: null },
      ],
    },
    checks: [
      { name: 'status is 200', passes: 2_000, fails: 12 },
      { name: 'answer is json', passes: 2_012, fails: 0 },
    ],
    gates: [
      {
        name: 'P95 of successful requests',
        kind: 'limit',
        metric: 'http_req_duration{kind:workflow,expected_response:true}',
        threshold: 'p(95)<150',
        aggregate: 'p(95)',
        operator: '<',
        limit: 150,
        observed: latency.p95Ms,
        unit: 'ms',
        status: 'failed',
      },
      {
        name: 'Error rate',
        kind: 'limit',
        metric: 'errors',
        threshold: 'rate<0.01',
        aggregate: 'rate',
        operator: '<',
        limit: 0.01,
        observed: 12 / 2_012,
        unit: 'share',
        status: 'passed',
      },
      {
        name: 'Requests',
        kind: 'floor',
        metric: 'http_reqs{kind:workflow}',
        threshold: 'count>=20',
        aggregate: 'count',
        operator: '>=',
        limit: 20,
        observed: null,
        unit: 'requests',
        status: 'too few samples',
      },
    ],
    overhead: null,
    attribution: null,
    capacity: null,
    monitor: {
      intervalMs: 1_000,
      endpoints: [
        { path: '/api/v1/observability/queue-stats', polls: seconds, problem: null },
        { path: '/api/v1/observability/errors', polls: 3, problem: 'status 404' },
      ],
      series: [
        ...monitorSeries('langfuse queue', 'items', seconds, (second) =>
          Math.max(0, 3 * second + 40 * noise(second)),
        ),
        ...monitorSeries('memory', 'MiB', seconds, (second) => 180 + second / 4 + 6 * noise(second)),
        ...monitorSeries('database connections', 'connections', seconds, (second) =>
          Math.round(6 + 4 * noise(second)),
        ),
      ],
      drainMs: 4_200,
      targetErrors: [{ message: 'connection pool exhausted', count: 12 }],
    },
    generator: { meanCpus: 0.31, peakCpus: 0.84, peakResidentBytes: 96_000_000, droppedIterations: 0 },
    profile: null,
    timeline: {
      periodSeconds: 1,
      startedAtMs: START_MS,
      series: [
        rate('P50', 'ms', (second) => 55 + second / 4 + 8 * noise(second)),
        rate('P95', 'ms', (second) => 120 + second + 30 * noise(second)),
        rate('requests', '/s', (second) => Math.min(30, second) + noise(second)),
        rate('errors', 'errors/s', (second) => (second % 20 === 0 ? 2 : 0)),
      ],
    },
    recommendations: [
      {
        rule: 'queue-grows',
        title: 'The queue of exports grows without bound',
        evidence: ['langfuse queue: 180 items a minute', '270 items at the end of the load'],
        change: 'Give the queue a limit, and export in larger batches.',
        guide: 'Common Issues and Solutions, Memory Leaks',
      },
    ],
    notes: ['No environment switches this target: the flags are those it was started with.'],
  };
}

function monitorSeries(name: string, unit: string, seconds: number, valueAt: (second: number) => number) {
  const points = pointsOf(seconds, valueAt);
  const values = points.map(([, value]) => value);
  return [
    {
      name,
      unit,
      source: '/api/v1/observability/queue-stats',
      samples: values.length,
      min: values.reduce((a, b) => Math.min(a, b), Infinity),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      max: values.reduce((a, b) => Math.max(a, b), -Infinity),
      last: values.at(-1) ?? 0,
      slopePerMinute: 3.5,
      points,
    },
  ];
}

/** An experiment of some blocks with a verdict, and so many seconds of series for each arm and of monitoring. */
export function experimentResult(blocks = 12, seconds = 90, monitored = 4): RunResult {
  const load = loadResult(seconds);
  const eachBlock = seconds / blocks;
  const arm = (name: string, on: boolean, middleMs: number): OverheadResult['arms'][number] => ({
    name,
    flags: allFlags(on),
    p95Ms: latencyAround(middleMs).p95Ms,
    requests: 2_000,
    errors: 0,
    latency: latencyAround(middleMs),
    blocks: Array.from({ length: blocks }, (_, i) => ({
      p95Ms: middleMs * (3 + noise(i) / 3),
      requests: 400,
      // Of the two arms the first is the baseline, or in every other block the treatment.
      startedAtMs: START_MS + 1_000 * (i * eachBlock + (on === (i % 2 === 0) ? eachBlock / 2 : 0)),
    })),
  });
  const isTreatment = (second: number) =>
    second % eachBlock >= eachBlock / 2 === (Math.floor(second / eachBlock) % 2 === 0);
  const perArm = (name: string, unit: string, valueAt: (second: number, on: boolean) => number) =>
    ['baseline', 'treatment'].map((armName, index) => ({
      name,
      unit,
      arm: armName,
      points: pointsOf(seconds, (second) => valueAt(second, index === 1)),
    }));
  return {
    ...load,
    run: { ...load.run, scenario: 'overhead' },
    configuration: {
      ...load.configuration,
      load: {
        shape: 'overhead',
        mode: 'toggle',
        baseline: 'none',
        treatment: 'all',
        blocks,
        seconds: eachBlock / 2 - 0.5,
        perSecond: 200,
        arrivals: 'poisson',
        settleSeconds: 0.5,
      },
      limits: { budgetMs: 150 },
    },
    outcome: { status: 'passed', reason: 'the overhead is below 62.1 ms, the budget is 150.0 ms' },
    latency: { ...load.latency, stages: [] },
    gates: load.gates.slice(1, 2),
    overhead: {
      mode: 'toggle',
      budgetMs: 150,
      baseline: 'baseline',
      treatment: 'treatment',
      sameFlags: false,
      verdict: {
        kind: 'PASS',
        exitCode: 0,
        reasons: ['the overhead is below 62.1 ms, the budget is 150.0 ms'],
        moreBlocks: null,
        noiseFloorMs: 5.2,
      },
      estimateMs: 47.3,
      interval: { lowerMs: 36.8, upperMs: 57.9 },
      bounds: { lowerMs: 32.5, upperMs: 62.1 },
      standardErrorMs: 4.9,
      arms: [arm('baseline', false, 12), arm('treatment', true, 27)],
      differencesMs: Array.from({ length: blocks }, (_, i) => (i === 2 ? null : 47 + 22 * noise(i))),
      orders: Array.from({ length: blocks }, (_, i) => (i % 2 === 0 ? 'BT' : 'TB')),
      costs: [
        cost('cpuMsPerRequest', 'ms', 1.21, 0.84, 0.06, 2),
        cost('cpuShare', 'share', 0.121, 0.084, 0.006, null),
        cost('memoryMb', 'MB', 142, 11.4, 3.1, null),
        cost('finishedPerSecond', 'requests a second', 100, -0.2, 0.4, null),
      ],
      guards: [
        { name: 'start lateness', held: true, message: 'p99 of start lateness 2.3 ms (at most 10 ms)' },
        {
          name: 'flags echoed',
          held: true,
          message: 'all 4000 successful answers echo the flags of their arm',
        },
      ],
      plannedBlocks: blocks,
      measuredBlocks: Math.max(1, blocks - 1),
      savedShare: 0,
      flagsRestored: true,
    },
    monitor:
      load.monitor === null
        ? null
        : {
            ...load.monitor,
            series: Array.from({ length: monitored }, (_, i) =>
              monitorSeries(`queue ${i + 1}`, 'items', seconds, (second) => 20 + i + 10 * noise(second + i)),
            ).flat(),
          },
    timeline: {
      periodSeconds: 1,
      startedAtMs: START_MS,
      series: [
        ...perArm('P95', 'ms', (second, on) => (on ? 80 : 36) + 9 * noise(second)),
        ...perArm('requests', '/s', (second, on) => (isTreatment(second) === on ? 200 : 0)),
      ],
    },
  };
}

function cost(
  of: CostResult['cost'],
  unit: string,
  baseline: number,
  value: number,
  reach: number,
  limit: number | null,
): CostResult {
  const interval = { lower: value - reach, upper: value + reach };
  return { cost: of, unit, baseline, treatment: baseline + value, value, interval, blocks: 20, limit };
}

/** An attribution of all combinations of four flags: two causes, a saving, and an interaction. */
export function attributionResult(): RunResult {
  const experiment = experimentResult(8, 20, 0);
  const { overhead, configuration } = experiment;
  const share = (shareMs: number, half: number) => ({
    shareMs,
    interval: { lowerMs: shareMs - half, upperMs: shareMs + half },
    isCause: shareMs - half > 0,
    isSaving: shareMs + half < 0,
  });
  return {
    ...experiment,
    run: { ...experiment.run, scenario: 'attribution' },
    configuration: {
      ...configuration,
      load: { ...configuration.load, shape: 'attribution', design: 'full' },
    },
    overhead:
      overhead === null
        ? null
        : {
            ...overhead,
            estimateMs: 84.2,
            interval: { lowerMs: 71.8, upperMs: 96.4 },
            bounds: { lowerMs: 74.1, upperMs: 94.2 },
            differencesMs: overhead.differencesMs.map((ms) => (ms === null ? null : ms + 37)),
            orders: [],
          },
    attribution: {
      design: 'full',
      of: 'whole system',
      shares: [
        { flag: 'ENABLE_SIMILARITY_LOGGING', ...share(61.3, 8.1) },
        { flag: 'TRACK_MODEL_COSTS', ...share(24.1, 6.2) },
        { flag: 'ENABLE_LANGFUSE_EXPORT', ...share(3.3, 5.7) },
        { flag: 'ENABLE_ASYNC_TRACE_EXPORT', ...share(-9.4, 6.8) },
      ],
      rest: share(4.9, 5.2),
      together: null,
      interactions: [
        { flags: ['ENABLE_LANGFUSE_EXPORT', 'ENABLE_ASYNC_TRACE_EXPORT'], orOf: null, ...share(-18.8, 9.5) },
      ],
      capacity: {
        beside: '2026-03-01T11:00:00.000Z',
        wholeMs: 84.2,
        directMs: 31.5,
        shareMs: 52.7,
        interval: { lowerMs: 41.2, upperMs: 64.3 },
        shares: [
          { flag: 'ENABLE_SIMILARITY_LOGGING', shareMs: 40.1, interval: { lowerMs: 31.4, upperMs: 48.9 } },
        ],
      },
    },
  };
}

/** A profile with so many frames in its flame graph, each with two callees. */
export function profileResult(frames = 30): ProfileResult {
  const packages = ['the application', 'fastify', 'gpt-tokenizer', '@opentelemetry/sdk-trace'];
  const times = (baselineUs: number, treatmentUs: number) => ({ baselineUs, treatmentUs });
  const nameOf = (i: number) => packages[i % packages.length] ?? '';
  const arm = (name: string, on: boolean) => ({
    name,
    flags: allFlags(on),
    file: `overhead-local-20260301T120000000Z-${name}.cpuprofile`,
    seconds: 10,
    requests: 2_000,
    samples: 9_800,
    busyShare: on ? 0.42 : 0.18,
    cpuUs: on ? 2_100 : 900,
    eventLoopDelay: { meanMs: 0.4, p50Ms: 0.2, p99Ms: on ? 6.1 : 1.9, maxMs: on ? 21.5 : 8 },
    collections: { count: on ? 31 : 9, totalMs: on ? 74 : 19, longestMs: on ? 9.4 : 4.1 },
  });
  return {
    inspector: '127.0.0.1:9229',
    nodeVersion: 'v20.20.0',
    intervalUs: 1_000,
    flag: null,
    baseline: 'baseline',
    treatment: 'treatment',
    arms: [arm('baseline', false), arm('treatment', true)],
    packages: packages.map((name, i) => ({
      name,
      kind: i === 0 ? 'application' : 'package',
      self: times(20 * i, 100 + 20 * i),
      charged: times(25 * i, 300 - 40 * i + 25 * i),
    })),
    functions: packages.map((name, i) => ({
      name: `function${i}`,
      package: name,
      file: `lib/file-${i}.js`,
      charged: times(5 * i, 200 - 30 * i),
    })),
    // Each frame calls two, which share nine tenths of its time.
    flame: Array.from({ length: frames }, (_, i) => {
      const depth = Math.floor(Math.log2(i + 1));
      const us = 2_000 * 0.45 ** depth;
      return {
        parent: i === 0 ? -1 : Math.floor((i - 1) / 2),
        name: `function${i}`,
        package: nameOf(i),
        total: times(us * (0.5 + noise(i) / 2), us),
      };
    }),
  };
}

/** A capacity run against a simulated server: 6 ms of work a request, with the treatment 8 ms. */
export function capacityResult(env: Env = {}): RunResult {
  const load = loadResult(60);
  const config = capacityConfig({ AUTH_TOKEN: 'a-token', SEED: '42', MONITOR: 'off', RATE: '50', ...env });
  const tries = simulateTries(config.plan, config.limits, [{ serviceMs: 6 }, { serviceMs: 8 }]);
  const result = resultOfCapacity(config, capacitySummary(config, tries, false), {
    endedAt: new Date('2026-03-01T12:06:00.000Z'),
    commit: null,
  });
  return {
    ...load,
    run: { ...load.run, scenario: 'capacity' },
    configuration: { ...load.configuration, ...result.configuration },
    outcome: result.outcome,
    latency: { ...load.latency, stages: [] },
    gates: result.gates,
    capacity: result.capacity,
    recommendations: result.recommendations,
    notes: result.notes,
  };
}
