/**
 * The results of all load generators of a run → the one result of the whole. Counts are exact; percentiles come from the
 * dense quantile functions; the gates are judged again on the whole.
 */
import { crossedGates, reevaluateGate } from './gate-status.ts';
import { SUCCESSFUL, WORKFLOW } from '../gates/gates.ts';
import { REQUESTS, SUCCESSFUL_REQUESTS } from '../load/options.ts';
import { WORKFLOWS } from '../metrics/latency-metrics.ts';
import { MONITOR } from '../metrics/metric-name.ts';
import { evaluate } from '../statistics/quantile-function.ts';
import { mergedChecks, mergedLatency } from './merged-latency.ts';
import { PartError, partsOfOneRun, type PartFile, type ResultFile } from './parts.ts';
import { QUANTILE_LEVELS } from '../metrics/quantiles.ts';
import {
  startMs,
  type GateResult,
  type GeneratorResult,
  type Latency,
  type RunResult,
} from './run-result.ts';

/**
 * The result of the whole run.
 * @throws PartError where the files are not all the parts of one run
 */
export function mergeParts(files: readonly ResultFile[]): RunResult {
  const parts = partsOfOneRun(files);
  const results = parts.map(({ result }) => result);
  const first = results[0];
  if (first === undefined) throw new PartError('no results');
  const run = runOf(first, results);
  const measured = {
    requests: requestsOf(parts, run.durationMs),
    latency: latencyOf(first, results),
  };
  const gates = first.gates.map((gate) => reevaluateGate(gate, observed(gate, measured)));
  return {
    ...first,
    run,
    ...measured,
    outcome: outcomeOf(gates),
    checks: mergedChecks(results),
    gates,
    generator: generatorOf(results),
    timeline: null,
    profile: null,
    recommendations: [],
    notes: notesOf(results),
  };
}

type Measured = Pick<RunResult, 'requests' | 'latency'>;

function runOf(first: RunResult, results: readonly RunResult[]): RunResult['run'] {
  const starts = results.map(startMs);
  const start = Math.min(...starts);
  const end = Math.max(...results.map(({ run }, i) => (starts[i] ?? 0) + run.durationMs));
  return {
    ...first.run,
    startedAt: new Date(start).toISOString(),
    durationMs: end - start,
    machineClass:
      new Set(results.map(({ run }) => run.machineClass)).size === 1 ? first.run.machineClass : null,
    complete: results.every(({ run }) => run.complete),
    part: null,
    generators: results.length,
  };
}

function requestsOf(parts: readonly PartFile[], durationMs: number): RunResult['requests'] {
  const sum = (of: (file: PartFile) => number) => parts.reduce((total, file) => total + of(file), 0);
  const total = sum(({ result }) => result.requests.total);
  const judged = sum(({ part }) => part.judged);
  return {
    total,
    successful: sum(({ result }) => result.requests.successful),
    perSecond: durationMs > 0 ? total / (durationMs / 1_000) : 0,
    errorRate: judged === 0 ? null : sum(({ part }) => part.errors) / judged,
    refused: total === 0 ? 0 : sum(({ result: { requests } }) => requests.refused * requests.total) / total,
    droppedIterations: sum(({ result }) => result.requests.droppedIterations),
    rateLimited: sum(({ result }) => result.requests.rateLimited ?? 0),
  };
}

function latencyOf(first: RunResult, results: readonly RunResult[]): RunResult['latency'] {
  const merged = (of: (latency: RunResult['latency']) => Latency | null | undefined) =>
    mergedLatency(results.map(({ latency }) => ({ levels: latency.levels, latency: of(latency) ?? null })));
  return {
    levels: QUANTILE_LEVELS,
    successful: merged(({ successful }) => successful),
    all: merged(({ all }) => all),
    ...(first.latency.times === undefined
      ? {}
      : {
          times: first.latency.times.flatMap(({ name }, i) => {
            const latency = merged(({ times }) => times?.[i]?.latency);
            return latency === null ? [] : [{ name, latency }];
          }),
        }),
    stages: first.latency.stages.map((stage, i) => ({
      ...stage,
      latency: merged(({ stages }) => stages[i]?.latency),
    })),
  };
}

/**
 * What the parts together saw of a gate's metric; `null` where they saw no sample.
 * @throws PartError for a metric that a result does not hold
 */
function observed(gate: GateResult, { requests, latency }: Measured): number | null {
  const { metric } = gate;
  // The first part alone watches the target.
  if (metric.startsWith(`${MONITOR}{`)) return gate.observed;
  if (metric === 'errors') return requests.errorRate;
  if (metric === REQUESTS) return requests.total;
  if (metric === SUCCESSFUL_REQUESTS || metric === `${WORKFLOWS}{${SUCCESSFUL}}`) return requests.successful;
  if (metric.startsWith('dropped_iterations')) return requests.droppedIterations;
  const of = latencyBehind(metric, latency);
  const value = of === null ? null : aggregateOf(gate, of, latency.levels);
  if (value === undefined || of === undefined) {
    throw new PartError(
      `the gate '${gate.name}' on ${gate.threshold} of ${metric} cannot be judged on merged results`,
    );
  }
  return value;
}

/** `undefined` where a result does not hold the metric. */
function latencyBehind(metric: string, { successful, all, stages }: RunResult['latency']) {
  // All gates on latency are on the time that decides, whatever it is.
  const selector = metric.slice(metric.indexOf('{') + 1, -1);
  if (selector === SUCCESSFUL) return successful;
  if (selector === WORKFLOW) return all;
  return stages.find(({ stage }) => selector === `${SUCCESSFUL},stage:${stage}`)?.latency;
}

/** `undefined` for what a latency does not hold. */
function aggregateOf(
  { aggregate }: GateResult,
  latency: Latency | undefined,
  levels: readonly number[],
): number | undefined {
  const level = { med: 0.5, 'p(95)': 0.95, 'p(99)': 0.99 }[aggregate as string];
  if (latency === undefined || level === undefined) return undefined;
  return evaluate({ count: latency.count, p: levels, values: latency.quantilesMs }, level);
}

function outcomeOf(gates: readonly GateResult[]): RunResult['outcome'] {
  const crossed = crossedGates(gates);
  return crossed === ''
    ? { status: 'passed', reason: 'every gate holds' }
    : { status: 'failed', reason: crossed };
}

/** The busiest generator; `null` where one of them was not looked at. */
function generatorOf(results: readonly RunResult[]): GeneratorResult | null {
  const each = results.flatMap(({ generator }) => (generator === null ? [] : [generator]));
  if (each.length < results.length) return null;
  const most = (of: (generator: GeneratorResult) => number | null) => {
    const known = each.map(of).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    meanCpus: most(({ meanCpus }) => meanCpus),
    peakCpus: most(({ peakCpus }) => peakCpus),
    peakResidentBytes: most(({ peakResidentBytes }) => peakResidentBytes),
    droppedIterations: each.reduce((sum, { droppedIterations }) => sum + droppedIterations, 0),
  };
}

function notesOf(results: readonly RunResult[]): string[] {
  const watched = results.some(({ generator }) => generator !== null);
  return [
    `Merged from ${results.length} load generators; counts are exact, percentiles are those of all requests together.`,
    ...(watched ? ['Of what k6 itself used, the busiest generator is shown.'] : []),
    ...(results.some(({ timeline }) => timeline !== null) ? ['Series over time stay with the parts.'] : []),
    ...new Set(results.flatMap(({ notes }) => notes)),
  ];
}
