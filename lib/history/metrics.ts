/** What is followed over time: more of each is worse. */
import { humanMs, humanShare } from '../format/format.ts';
import type { RunResult } from '../result/run-result.ts';
import type { TrendProfile } from '../../thresholds/types.ts';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

export interface Metric {
  readonly name: 'p95' | 'overhead' | 'errors';
  readonly title: string;
  readonly unit: 'ms' | '%';
  /** Null where the run has none. */
  readonly of: (result: RunResult) => number | null;
  /** Of the run itself; null where it has none. */
  readonly intervalOf: (result: RunResult) => Interval | null;
  readonly human: (value: number) => string;
  /** The smallest worsening that fails, from this level on. */
  readonly least: (profile: TrendProfile['least'], before: number) => number;
}

const LOADS: ReadonlySet<unknown> = new Set(['stages', 'iterations', 'rate']);

export const METRICS: readonly Metric[] = [
  {
    name: 'p95',
    title: 'P95',
    unit: 'ms',
    of: p95Of,
    intervalOf: () => null,
    human: humanMs,
    least: ({ p95Share }, before) => p95Share * before,
  },
  {
    name: 'overhead',
    title: 'Overhead at P95',
    unit: 'ms',
    of: ({ overhead }) => overhead?.estimateMs ?? null,
    intervalOf: ({ overhead }) =>
      overhead?.interval == null
        ? null
        : { lower: overhead.interval.lowerMs, upper: overhead.interval.upperMs },
    human: humanMs,
    least: ({ overheadMs }) => overheadMs,
  },
  {
    name: 'errors',
    title: 'Error rate',
    unit: '%',
    of: errorRateOf,
    intervalOf: () => null,
    human: humanShare,
    least: ({ errorRate }) => errorRate,
  },
];

/** Of successful requests, as the gate sees it; in an experiment that of the treatment: with observability. */
function p95Of({ latency, overhead, configuration }: RunResult): number | null {
  if (overhead !== null) return overhead.arms.find(({ name }) => name === overhead.treatment)?.p95Ms ?? null;
  return LOADS.has(configuration.load.shape) ? (latency.successful?.p95Ms ?? null) : null;
}

/** A measurement that overloads the target on purpose has errors by design. */
function errorRateOf({ requests, overhead, configuration }: RunResult): number | null {
  return overhead !== null || LOADS.has(configuration.load.shape) ? requests.errorRate : null;
}
