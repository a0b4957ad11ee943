/**
 * What to change in the target: rules from evidence to the guide's checklist and common issues. A rule without evidence
 * says nothing. Nothing here is a gate.
 */
import type { MonitorResult, Recommendation, RunResult } from '../result/run-result.ts';
import { humanMs, humanNumber, humanShare } from '../format/format.ts';
import { kindOf, subjectOf } from '../monitor/series.ts';
import type { SeriesKind } from '../../thresholds/types.ts';

type Series = MonitorResult['series'][number];

export interface Rule extends Omit<Recommendation, 'evidence'> {
  /** The numbers that speak for it; none: it does not apply. */
  evidence: (result: RunResult) => string[];
}

/** From where on a number is evidence. */
const SIGNS = {
  /** Mean of the event loop's P99 delay: an idle Node.js process stays below 5 ms. */
  blockedMs: 20,
  /** A loop that is blocked while the processor has so little to do, on average, waits for something. */
  idlePercent: 15,
  /** A single stall, where the mean is fine. */
  stallMs: 100,
  cpuPercent: 85,
  poolShare: 0.9,
  /** On average: of a pool that is as large as it must be most connections are free. */
  poolMeanShare: 0.5,
  queueEntries: 50,
  queuePerMinute: 60,
  cacheEntries: 500,
  cachePerMinute: 60,
  /** A process that warms up grows as well: both must be crossed. */
  memoryMb: 100,
  memoryShare: 0.3,
  errorRate: 0.01,
  /** The time of connecting is no part of a latency, and is one of the time-out. */
  timeoutShare: 0.95,
} as const;

const RULES: readonly Rule[] = [
  {
    rule: 'blocked-event-loop',
    title: 'The event loop is blocked',
    evidence: (result) => (isIdle(result) ? [] : blockedLoop(result)),
    change: 'Move CPU work out of the request, to a worker or a queue, and leave out what nobody asked for.',
    guide: 'Optimization Checklist: Are there any blocking operations?',
  },
  {
    rule: 'synchronous-io',
    title: 'The event loop stands still, and its processor has little to do',
    evidence: (result) =>
      isIdle(result) && blockedLoop(result).length > 0 ? [...blockedLoop(result), ...cpuLoad(result)] : [],
    change:
      'Use the asynchronous calls for files, processes, compression and cryptography; where other programs share the machine, see what they take of it.',
    guide: 'Common Issues: High P95 Latency (synchronous file I/O)',
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
      of(result, 'cpu').some(({ mean }) => (mean ?? 0) >= SIGNS.cpuPercent) ? cpuLoad(result) : [],
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
    rule: 'blocking-database',
    title: 'Requests wait for the database',
    evidence: busyPool,
    change:
      'Write after the answer, in batches; cache what is read again; find the slow query, and give it an index.',
    guide: 'Common Issues: High P95 Latency (blocking database operations)',
  },
  {
    rule: 'growing-queue',
    title: 'A queue grows without end',
    evidence: (result) =>
      growing(result, 'queue', SIGNS.queuePerMinute, SIGNS.queueEntries)
        .filter(isStillLarge)
        .map(describeGrowth),
    change: 'Limit the size of the queue, and export or write faster: larger batches, several at once.',
    guide: 'Common Issues: Memory Leaks (event queues growing unbounded)',
  },
  {
    rule: 'growing-memory',
    title: 'Memory grows during the load',
    evidence: growingMemory,
    change: 'Limit queues, remove event listeners, and let go of what a request has used.',
    guide: 'Common Issues: Memory Leaks (event listeners not cleaned up)',
  },
  {
    rule: 'growing-cache',
    title: 'A cache grows, and nothing in it expires',
    evidence: (result) =>
      growing(result, 'cache', SIGNS.cachePerMinute, SIGNS.cacheEntries)
        .filter(({ last, max }) => last === max)
        .map(describeGrowth),
    change: 'Give the entries a TTL, and the cache a size limit.',
    guide: 'Common Issues: Memory Leaks (cached data not expiring)',
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
    title: 'Some exports or writes fail',
    evidence: (result) => failures(result, { someArrive: true }),
    change: 'Retry with growing pauses and a limit, and put a time-out on each call.',
    guide: 'Common Issues: High Error Rates (add retry logic)',
  },
  {
    rule: 'unreachable-service',
    title: 'A service that takes exports is down',
    evidence: (result) => failures(result, { someArrive: false }),
    change: 'Put a circuit breaker before the service: while it is down nothing is tried, and nothing waits.',
    guide: 'Common Issues: High Error Rates (external service failures, implement circuit breakers)',
  },
  {
    rule: 'rate-limited',
    title: 'Requests are rate limited',
    evidence: (result) => [
      ...rateLimited(result),
      ...errorsLike(result, /rate.?limit|too many requests|\b429\b/i),
    ],
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
      all !== null && all.maxMs >= SIGNS.timeoutShare * timeoutMs
        ? [`the slowest answer took ${humanMs(all.maxMs)}, the time-out is ${humanMs(timeoutMs)}`]
        : [],
    change: 'Put time-outs on calls to external services, shorter than those of the callers.',
    guide: 'Common Issues: High P95 Latency (network latency to external services)',
  },
];

/** What the target's own numbers and the answers of any run speak for. */
export function adviceOnTarget(result: RunResult): Recommendation[] {
  return applied(RULES, result);
}

/** The rules that have evidence, in their order. */
export function applied(rules: readonly Rule[], result: RunResult): Recommendation[] {
  return rules.flatMap(({ evidence, ...rule }) => {
    const found = evidence(result);
    return found.length === 0 ? [] : [{ ...rule, evidence: found }];
  });
}

function of({ monitor }: RunResult, kind: SeriesKind): Series[] {
  return (monitor?.series ?? []).filter(({ name }) => kindOf(name) === kind);
}

function growing(result: RunResult, kind: SeriesKind, perMinute: number, entries: number): Series[] {
  return of(result, kind).filter(
    ({ slopePerMinute, last }) => (slopePerMinute ?? 0) >= perMinute && last >= entries,
  );
}

function isStillLarge({ last, max }: Series): boolean {
  return last >= 0.8 * max;
}

function describeGrowth({ name, last, slopePerMinute }: Series): string {
  return `${name}: ${humanNumber(last)} entries at the end, growing by ${humanNumber(slopePerMinute ?? 0)} a minute`;
}

function blockedLoop(result: RunResult): string[] {
  return of(result, 'eventLoopDelay')
    .filter(({ mean }) => (mean ?? 0) >= SIGNS.blockedMs)
    .map(({ mean, max }) => `event loop delay (P99): mean ${humanMs(mean ?? 0)}, at most ${humanMs(max)}`);
}

/** Whether the target's processor is known to have had little to do at any time. */
function isIdle(result: RunResult): boolean {
  return of(result, 'cpu').some(({ mean }) => mean !== null && mean < SIGNS.idlePercent);
}

function cpuLoad(result: RunResult): string[] {
  return of(result, 'cpu').map(
    ({ mean, max }) => `CPU: mean ${humanNumber(mean ?? 0)} %, at most ${humanNumber(max)} %`,
  );
}

/** Connections that are held all the time: a request waits while it holds one. */
function busyPool(result: RunResult): string[] {
  const [inUse] = of(result, 'dbPoolInUse');
  const [size] = of(result, 'dbPoolSize');
  const mean = inUse?.mean ?? 0;
  if (size === undefined || size.max <= 0 || mean / size.max < SIGNS.poolMeanShare) return [];
  return [`database pool: ${humanNumber(mean)} of ${humanNumber(size.max)} connections in use on average`];
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

/** What failed of each exporter or queue, where something of it arrived all the same, or where nothing did. */
function failures(result: RunResult, { someArrive }: { someArrive: boolean }): string[] {
  const arrived = (name: string) =>
    of(result, 'exported').some((one) => subjectOf(one.name) === subjectOf(name) && one.last > one.min);
  return of(result, 'failed')
    .filter(({ name, min, last }) => last > min && arrived(name) === someArrive)
    .map(
      ({ name, min, last }) =>
        `${name}: ${humanNumber(last - min)} entries during the run${someArrive ? '' : ', and none arrived'}`,
    );
}

function rateLimited({ requests: { rateLimited: count = 0, total } }: RunResult): string[] {
  return count === 0
    ? []
    : [`client: ${count} of ${total} requests were answered 429 (${humanShare(count / total)})`];
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
