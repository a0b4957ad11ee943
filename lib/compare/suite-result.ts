/** A load run of this suite, from its result. */
import {
  evaluate,
  merge,
  quantileFunctionError,
  type QuantileFunction,
} from '../statistics/quantile-function.ts';
import { RunFileError, type MeasuredRun, type UnusableRun } from './measured-run.ts';
import type { RunResult } from '../result/run-result.ts';

/**
 * The run of a result. Its latency is that of all requests, and a refused one counts as the time-out: as in the
 * experiment, a treatment that refuses its requests does not look fast.
 * @throws RunFileError for an overhead measurement, which has a verdict of its own, and for a broken distribution
 */
export function runOfResult(result: RunResult, file: string): MeasuredRun | UnusableRun {
  if (result.overhead !== null) {
    throw new RunFileError(
      `${file}: holds an overhead measurement, with a verdict of its own (${result.overhead.verdict.kind}); results of load scenarios are needed`,
    );
  }
  const tool = 'k6-overhead';
  const problem = unusableBecause(result);
  if (problem !== null) return { kind: 'unusable', file, tool, problem, result };
  const latency = latencyOfAll(result, file);
  return {
    kind: 'measured',
    file,
    tool,
    startedAt: result.run.startedAt,
    seconds: result.run.durationMs / 1_000,
    requests: result.requests.total,
    errors: errorsOf(result),
    latency,
    p95Ms: evaluate(latency, 0.95),
    p95From: 'all requests, a refused one counting as the time-out',
    result,
  };
}

/** Why nothing may be concluded from a run. Its own gates do not count: a slow run is a measurement. */
export function unusableBecause({ outcome, run, requests }: RunResult): string | null {
  if (run.part !== null) {
    return `is part ${run.part.index} of ${run.part.of} of a load: merge the parts first`;
  }
  if (outcome.status === 'not run') return `did not run: ${outcome.reason}`;
  if (outcome.status === 'broken report') return 'its report is broken';
  if (!run.complete) return 'ended before its plan';
  // What was not sent has no latency: the slow part of the run may be missing.
  if (requests.droppedIterations > 0) {
    return `dropped ${requests.droppedIterations} of its planned requests: it needs more users, or a lower rate`;
  }
  return requests.total === 0 ? 'sent no request' : null;
}

/** All answers, and the refused requests at the time-out. */
function latencyOfAll(
  { latency: { all, levels }, requests, configuration }: RunResult,
  file: string,
): QuantileFunction {
  const refused = Math.round(requests.refused * requests.total);
  const timeout = configuration.timeoutMs;
  const parts = [
    ...(all === null ? [] : [{ count: all.count, p: levels, values: all.quantilesMs }]),
    ...(refused === 0 ? [] : [{ count: refused, p: [0, 1], values: [timeout, timeout] }]),
  ];
  const error = parts.map(quantileFunctionError).find((found) => found !== undefined);
  if (error !== undefined) throw new RunFileError(`${file}: latency.all: ${error}`);
  if (parts.length === 0) throw new RunFileError(`${file}: holds no latency, and requests that were sent`);
  return merge(parts);
}

/** Failed requests and failed checks; without those that are merely slow where the scenario counts them, too. */
function errorsOf({ requests, configuration }: RunResult): number {
  if (configuration.limits.slowIsError === true) return requests.total - requests.successful;
  return Math.round((requests.errorRate ?? 0) * requests.total);
}
