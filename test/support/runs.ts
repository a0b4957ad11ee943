/** For tests: a result of this suite, whole and alike to its brothers but for what a test says. */
import { QUANTILE_LEVELS } from '../../lib/metrics/quantiles.ts';
import type { Latency, RunResult } from '../../lib/result/run-result.ts';
import { SCHEMA_VERSION } from '../../lib/result/schema-version.ts';

/** Latency that is evenly spread from `low` to `high` ms. */
export function evenLatency(count: number, low: number, high: number): Latency {
  const at = (p: number) => low + p * (high - low);
  return {
    count,
    minMs: low,
    meanMs: (low + high) / 2,
    maxMs: high,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    quantilesMs: QUANTILE_LEVELS.map(at),
  };
}

export interface Changes {
  run?: Partial<RunResult['run']>;
  configuration?: Partial<RunResult['configuration']>;
  outcome?: RunResult['outcome'];
  requests?: Partial<RunResult['requests']>;
  all?: Latency | null;
}

/** The changes with the guide's first flag on or off, by an admin call. */
export function withFlag(on: boolean, changes: Changes = {}): Changes {
  const flags = { ENABLE_OBSERVABILITY: on };
  return { ...changes, configuration: { flags, switchedBy: 'call', ...changes.configuration } };
}

/** 1,000 requests of 0 to 100 ms, all successful, at a minute of an hour. */
export function loadResult(minute: number, changes: Changes = {}): RunResult {
  const all = changes.all === undefined ? evenLatency(1_000, 0, 100) : changes.all;
  return {
    schemaVersion: SCHEMA_VERSION,
    run: {
      scenario: 'heavy',
      environment: 'staging',
      thresholds: '12345678',
      build: '87654321',
      commit: null,
      machineClass: 'ci',
      k6Version: '2.2.0',
      startedAt: new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString(),
      durationMs: 60_000,
      plannedDurationMs: 60_000,
      complete: true,
      part: null,
      generators: 1,
      ...changes.run,
    },
    configuration: {
      baseUrl: 'https://staging.example.com',
      method: 'POST',
      endpoint: '/api/v1/workflows/execute',
      load: { shape: 'iterations', total: 1_000, users: 10, thinkTimeSeconds: 0 },
      limits: { p95Ms: 150, errorRate: 0.01 },
      payload: 'mix',
      success: { status: [200] },
      timeoutMs: 10_000,
      auth: 'none',
      seed: minute,
      flags: null,
      switchedBy: null,
      ...changes.configuration,
    },
    outcome: changes.outcome ?? { status: 'passed', reason: 'every gate holds' },
    requests: {
      total: 1_000,
      successful: 1_000,
      perSecond: 33,
      errorRate: 0,
      refused: 0,
      droppedIterations: 0,
      ...changes.requests,
    },
    latency: { levels: QUANTILE_LEVELS, successful: all, all, stages: [] },
    checks: [{ name: 'status is 200', passes: 1_000, fails: 0 }],
    gates: [],
    overhead: null,
    attribution: null,
    capacity: null,
    monitor: null,
    generator: null,
    timeline: null,
    profile: null,
    recommendations: [],
    notes: [],
  };
}
