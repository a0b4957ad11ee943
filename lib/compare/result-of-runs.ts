/** A series of pairs of runs → the one result, as every other measurement gives it. */
import { OUTCOMES } from '../gates/exit-codes.ts';
import type { LoadConfig } from '../config/config.ts';
import { besideBackground, configurationOf } from '../summary/result-of-summary.ts';
import { mergedChecks, mergedLatency } from '../result/merged-latency.ts';
import type { Latency, OverheadResult, RunResult } from '../result/run-result.ts';
import { skeleton } from '../result/skeleton.ts';
import { notesOnRuns } from './overhead-of-runs.ts';

/** What the command that ran the pairs knows. */
export interface RunsSession {
  readonly config: LoadConfig;
  /** Hash of thresholds/. */
  readonly thresholds: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Of all whole runs, in the order of time. */
  readonly results: readonly RunResult[];
  readonly notes: readonly string[];
}

/** The result of a series. Its requests, checks and latency are those of all its whole runs together. */
export function resultOfRuns(session: RunsSession, overhead: OverheadResult): RunResult {
  const { config, results } = session;
  const durationMs = session.endedAt.getTime() - session.startedAt.getTime();
  const [first] = results;
  const result = skeleton({
    run: {
      scenario: 'overhead',
      environment: config.environment,
      thresholds: session.thresholds,
      build: first?.run.build ?? null,
      commit: first?.run.commit ?? null,
      machineClass: first?.run.machineClass ?? null,
      k6Version: first?.run.k6Version ?? null,
      startedAt: session.startedAt.toISOString(),
      durationMs,
      plannedDurationMs: null,
      complete: overhead.verdict.kind !== 'INTERRUPTED',
      part: null,
      generators: 1,
    },
    configuration: configurationOf(config, undefined, {
      load: { ...config.load, scenario: config.scenario },
      limits: { budgetMs: overhead.budgetMs },
      flags: null,
    }),
    outcome: { status: OUTCOMES[overhead.verdict.kind], reason: overhead.verdict.reasons.join('; ') },
    requests: requestsOf(results, durationMs),
    latency: {
      successful: latencyOfAll(results, 'successful'),
      all: latencyOfAll(results, 'all'),
      stages: [],
    },
    checks: mergedChecks(results),
    gates: [],
    overhead,
    notes: [
      `Each run is the scenario ${config.scenario}; its own gates do not decide here.`,
      ...notesOnRuns(overhead),
      ...session.notes,
    ],
  });
  return besideBackground(config, result);
}

function requestsOf(results: readonly RunResult[], durationMs: number): RunResult['requests'] {
  const sum = (of: (requests: RunResult['requests']) => number) =>
    results.reduce((total, { requests }) => total + of(requests), 0);
  const total = sum((requests) => requests.total);
  const share = (part: number) => (total === 0 ? 0 : part / total);
  return {
    total,
    successful: sum(({ successful }) => successful),
    perSecond: durationMs > 0 ? total / (durationMs / 1_000) : 0,
    errorRate: total === 0 ? null : share(sum((requests) => (requests.errorRate ?? 0) * requests.total)),
    refused: share(sum((requests) => requests.refused * requests.total)),
    droppedIterations: sum(({ droppedIterations }) => droppedIterations),
  };
}

function latencyOfAll(results: readonly RunResult[], which: 'successful' | 'all'): Latency | null {
  return mergedLatency(results.map(({ latency }) => ({ levels: latency.levels, latency: latency[which] })));
}
