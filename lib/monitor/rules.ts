/**
 * What to change in the target: rules from evidence to the guide's checklist and common issues. A rule without evidence
 * says nothing. Nothing here is a gate.
 */
import type { MonitorResult, Recommendation, RunResult } from '../result/run-result.ts';
import { humanMs, humanNumber, humanShare } from '../result/format.ts';
import { adviceOnLargestFlag } from './flag-rules.ts';
import { kindOf } from './series.ts';
import type { SeriesKind } from '../../thresholds/types.ts';

type Series = MonitorResult['series'][number];

interface Rule extends Omit<Recommendation, 'evidence'> {
  /** The numbers that speak for it; none: it does not apply. */
  evidence: (result: RunResult) => string[];
}

/** From where on a number is evidence. */
const SIGNS = {
  /** Mean of the event loop's P99 delay: an idle Node.js process stays below 5 ms. */
  blockedMs: 20,
  /** A single stall, where the mean is fine. */
  stallMs: 100,
  cpuPercent: 85,
  poolShare: 0.9,
  queueEntries: 50,
  queuePerMinute: 60,
  /** A process that warms up grows as well: both must be crossed. */
  memoryMb: 100,
  memoryShare: 0.3,
  errorRate: 0.01,
} as const;

const RULES: readonly Rule[] = [
  {
    rule: 'blocked-event-loop',
    title: 'The event loop is blocked',
    evidence: (result) =>
      of(result, 'eventLoopDelay')
        .filter(({ mean }) => (mean ?? 0) >= SIGNS.blockedMs)
        .map(
          ({ mean, max }) => `event loop delay (P99): mean ${humanMs(mean ?? 0)}, at most ${humanMs(max)}`,
        ),
    change: 'Make file I/O and database calls asynchronous, and move CPU work out of the request.',
    guide: 'Common Issues: High P95 Latency (blocking operations, synchronous file I/O)',
  },
  {
    rule: 'large-batches',
    title: 'Single pieces of work stall the event loop',
    evidence: (result) =>
      of(result, 'eventLoopDelay')
        .filter(({ mean, max }) => max >= SIGNS.stallMs && (mean ?? 0) < SIGNS.blockedMs)
        .map(
          ({ mean, max }) => `event loop delay (P99): mean ${humanMs(mean ?? 0)}, but up to ${humanMs(max)}`,
        ),
    change: 'Reduce batch sizes, or split the work of a batch.',
    guide: 'Common Issues: High P95 Latency (large batch sizes causing delays)',
  },
  {
    rule: 'busy-processor',
    title: 'The target has no processor time left',
    evidence: (result) =>
      of(result, 'cpu')
        .filter(({ mean }) => (mean ?? 0) >= SIGNS.cpuPercent)
        .map(({ mean, max }) => `CPU: mean ${humanNumber(mean ?? 0)} %, at most ${humanNumber(max)} %`),
    change:
      'Skip unnecessary operations, return early where a feature is off, cache what is asked for again.',
    guide: 'Performance Optimization Strategies: Caching, Conditional Execution',
  },
  {
    rule: 'exhausted-pool',
    title: 'The database pool is exhausted',
    evidence: (result) => [
      ...poolShare(result),
      ...errorsLike(result, /\bpool\b|too many (clients|connections)/i),
    ],
    change: 'Enlarge the connection pool, shorten what holds a connection, and write in batches.',
    guide: 'Common Issues: High Error Rates (database connection exhaustion)',
  },
  {
    rule: 'growing-queue',
    title: 'A queue grows without end',
    evidence: (result) =>
      of(result, 'queue')
        .filter(
          ({ slopePerMinute, last, max }) =>
            (slopePerMinute ?? 0) >= SIGNS.queuePerMinute && last >= SIGNS.queueEntries && last >= 0.8 * max,
        )
        .map(
          ({ name, last, slopePerMinute }) =>
            `${name}: ${humanNumber(last)} entries at the end, growing by ${humanNumber(slopePerMinute ?? 0)} a minute`,
        ),
    change: 'Limit the size of the queue, and export or write faster: larger batches, several at once.',
    guide: 'Common Issues: Memory Leaks (event queues growing unbounded)',
  },
  {
    rule: 'growing-memory',
    title: 'Memory grows during the load',
    evidence: growingMemory,
    change: 'Give caches a TTL and a size limit, limit queues, and remove event listeners.',
    guide: 'Common Issues: Memory Leaks (cached data not expiring, event listeners not cleaned up)',
  },
  {
    rule: 'dropped-entries',
    title: 'Full queues drop what should be exported',
    evidence: (result) => increases(result, 'dropped'),
    change: 'Use larger batches or several exports at once, or trace a share of the requests only.',
    guide: 'Optimization Checklist: Are batches large enough?',
  },
  {
    rule: 'failing-exports',
    title: 'Exports or writes fail',
    evidence: (result) => increases(result, 'failed'),
    change:
      'Retry with growing pauses, put a circuit breaker before the service, and a time-out on each call.',
    guide: 'Common Issues: High Error Rates (external service failures)',
  },
  {
    rule: 'rate-limited',
    title: 'Requests are rate limited',
    evidence: (result) => errorsLike(result, /rate.?limit|too many requests|\b429\b/i),
    change: 'Raise the rate limit for this load, or load below it.',
    guide: 'Common Issues: High Error Rates (rate limiting too aggressive)',
  },
  {
    rule: 'failing-requests',
    title: 'Requests fail, and the target says why',
    evidence: failingRequests,
    change:
      'Start with the error that is reported most; retry what may be retried, break the circuit to what is down.',
    guide: 'Common Issues: High Error Rates',
  },
  {
    rule: 'missing-timeouts',
    title: 'Requests wait until their time-out',
    evidence: ({ latency: { all }, configuration: { timeoutMs } }) =>
      all !== null && all.maxMs >= timeoutMs
        ? [`the slowest answer took ${humanMs(all.maxMs)}, the time-out is ${humanMs(timeoutMs)}`]
        : [],
    change: 'Put time-outs on calls to external services, shorter than those of the callers.',
    guide: 'Common Issues: High P95 Latency (network latency to external services)',
  },
  {
    rule: 'synchronous-export',
    title: 'Traces are exported while the request waits',
    evidence: ({ overhead }) => {
      const flags = overhead?.arms.find(({ name }) => name === overhead.treatment)?.flags;
      const waits = flags?.ENABLE_LANGFUSE_EXPORT === true && flags.ENABLE_ASYNC_TRACE_EXPORT !== true;
      return waits ? costs(overhead) : [];
    },
    change: 'Switch ENABLE_ASYNC_TRACE_EXPORT on: export in the background, in batches.',
    guide: 'Performance Optimization Strategies: Async Processing, Batching',
  },
  {
    rule: 'unused-flags',
    title: 'Observability costs more than its budget',
    evidence: ({ overhead, attribution }) =>
      overhead?.verdict.kind === 'FAIL' && attribution === null ? costs(overhead) : [],
    change:
      'Find out which feature costs what (npm run attribution), and switch off by its flag what costs most.',
    guide: 'Performance Optimization Strategies: Conditional Execution (feature flags)',
  },
];

/** What the evidence of a run speaks for, in the order of the rules. */
export function recommend(result: RunResult): Recommendation[] {
  const byRule = RULES.flatMap(({ evidence, ...rule }) => {
    const found = evidence(result);
    return found.length === 0 ? [] : [{ ...rule, evidence: found }];
  });
  return [...adviceOnLargestFlag(result), ...byRule];
}

function of({ monitor }: RunResult, kind: SeriesKind): Series[] {
  return (monitor?.series ?? []).filter(({ name }) => kindOf(name) === kind);
}

function poolShare(result: RunResult): string[] {
  const [inUse] = of(result, 'dbPoolInUse');
  const [size] = of(result, 'dbPoolSize');
  const [waiting] = of(result, 'dbPoolWaiting');
  const full =
    inUse !== undefined && size !== undefined && size.max > 0 && inUse.max / size.max >= SIGNS.poolShare;
  return [
    ...(full
      ? [`database pool: up to ${humanNumber(inUse.max)} of ${humanNumber(size.max)} connections in use`]
      : []),
    ...((waiting?.mean ?? 0) >= 1
      ? [`database pool: ${humanNumber(waiting?.mean ?? 0)} requests wait for a connection on average`]
      : []),
  ];
}

function growingMemory(result: RunResult): string[] {
  return of(result, 'memory').flatMap(({ min, last, slopePerMinute }) => {
    const rise = last - min;
    // Steady: the growth of most of the run, and not one jump at its start.
    const steady = ((slopePerMinute ?? 0) * result.run.durationMs) / 60_000 >= rise / 2;
    if (rise < SIGNS.memoryMb || rise < SIGNS.memoryShare * min || !steady) return [];
    return [
      `memory: from ${humanNumber(min)} to ${humanNumber(last)} MB, by ${humanNumber(slopePerMinute ?? 0)} MB a minute`,
    ];
  });
}

/** Counters that have grown during the run. */
function increases(result: RunResult, kind: SeriesKind): string[] {
  return of(result, kind)
    .filter(({ min, last }) => last > min)
    .map(({ name, min, last }) => `${name}: ${humanNumber(last - min)} entries during the run`);
}

function errorsLike({ monitor }: RunResult, pattern: RegExp): string[] {
  return (monitor?.targetErrors ?? []).filter(({ message }) => pattern.test(message)).map(describeError);
}

/** The client's failures beside the target's own errors. */
function failingRequests({ requests, monitor }: RunResult): string[] {
  const errors = monitor?.targetErrors ?? [];
  const { total, successful, errorRate } = requests;
  if (errors.length === 0 || (errorRate ?? 0) < SIGNS.errorRate) return [];
  return [
    `client: ${total - successful} of ${total} requests failed (${humanShare(errorRate ?? 0)})`,
    ...errors.slice(0, 3).map(describeError),
  ];
}

function describeError({ message, count }: { message: string; count: number }): string {
  return `target: "${message}" ${count} times`;
}

/** An overhead that is there beyond chance. */
function costs(overhead: RunResult['overhead']): string[] {
  const { estimateMs = null, interval = null, budgetMs = 0 } = overhead ?? {};
  if (estimateMs === null || interval === null || interval.lowerMs <= 0) return [];
  return [
    `overhead at P95: ${humanMs(estimateMs)}, 95 % interval from ${humanMs(interval.lowerMs)}; the budget is ${humanMs(budgetMs)}`,
  ];
}
