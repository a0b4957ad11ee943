/**
 * What must hold for a run to pass, as k6 thresholds. k6 passes a percentile or a rate over no samples, so every limit
 * comes with sample floors on the same requests: fewer requests than planned fail the run as well.
 */
import { ConfigError } from '../config/config-error.ts';
import type { LoadConfig } from '../config/config.ts';
import type { Load } from '../config/load.ts';
import { plannedRequests } from '../config/planned-load.ts';
import { LATENCY_METRICS, latencyKind, type LatencyKind } from '../metrics/latency-metrics.ts';
import { limitMetric, seenMetric } from '../metrics/monitor-metrics.ts';
import type { MonitorLimits, Share } from '../../thresholds/types.ts';

/** k6's names of what is judged of a metric. */
export const AGGREGATES = ['p(95)', 'p(99)', 'rate', 'count', 'value'] as const;
export const OPERATORS = ['<', '<=', '>='] as const;

/** A limit may not be crossed; a floor must be reached. Only limits may abort a run. */
export interface Gate {
  name: string;
  kind: 'limit' | 'floor';
  /** k6's metric, with the tags that select its samples. */
  metric: string;
  aggregate: (typeof AGGREGATES)[number];
  operator: (typeof OPERATORS)[number];
  limit: number;
  unit: GateUnit;
  /** The floor's metric, where the limit's own cannot tell a value of 0 from none. */
  seenBy?: string | undefined;
}

export type GateUnit =
  | 'ms'
  | 'share'
  | 'requests'
  | 'verdicts'
  | 'entries a minute'
  | 'MB a minute'
  | 'errors'
  | 'entries'
  | 'looks'
  | 'MB'
  | 'blocks';

/** A threshold in k6's own form. */
export interface K6Threshold {
  threshold: string;
  abortOnFail?: boolean;
  delayAbortEval?: string;
}

/** The selectors of requests to the API under test; probes, token and admin calls carry other kinds. */
export const WORKFLOW = 'kind:workflow';
export const SUCCESSFUL = `${WORKFLOW},expected_response:true`;

/** Whose latency is judged. */
export const JUDGED: Readonly<Record<LatencyKind, string>> = {
  answer: 'successful requests',
  firstByte: 'the first byte',
  completion: 'whole workflows',
};

/** The least that a percentile or a rate is judged by. */
export const LEAST_REQUESTS = 20;

/** A limit on what the monitor sees is judged by at least as many looks at which it was known. */
export const LEAST_LOOKS = 3;

/** Share of the planned arrivals that must have been sent: k6 may start the last ones a moment too late. */
const RATE_FLOOR: Share = 0.99;

/**
 * The gates of a load scenario.
 * @throws ConfigError where the plan has too few requests to judge a percentile by
 */
export function gatesOf({
  scenario,
  load,
  limits,
  part,
  api = {},
}: Pick<LoadConfig, 'scenario' | 'load' | 'limits'> &
  Partial<Pick<LoadConfig, 'part'>> & { api?: Pick<LoadConfig['api'], 'latency' | 'completion'> }): Gate[] {
  const floors = sampleFloors(load, limits.errorRate);
  const kind = latencyKind(api);
  const { time, count } = LATENCY_METRICS[kind];
  const latency = `${time}{${SUCCESSFUL}}`;
  const { p95Ms, p99Ms } = limits;
  return [
    ...(p95Ms === undefined ? [] : [limit(`P95 of ${JUDGED[kind]}`, latency, 'p(95)', p95Ms, 'ms')]),
    ...(p99Ms === undefined ? [] : [limit(`P99 of ${JUDGED[kind]}`, latency, 'p(99)', p99Ms, 'ms')]),
    limit('Error rate', 'errors', 'rate', limits.errorRate, 'share'),
    ...(load.shape === 'rate'
      ? [limit('Dropped iterations', `dropped_iterations{scenario:${scenario}}`, 'count', 0, 'requests')]
      : []),
    floor('Requests', `http_reqs{${WORKFLOW}}`, floors.all),
    floor('Successful requests', `${count}{${SUCCESSFUL}}`, floors.successful),
    // Of several load generators the first watches the target.
    ...((part?.index ?? 1) > 1 ? [] : monitorGates(limits.monitor ?? {})),
  ];
}

/** Each limit on what the target says about itself, with a floor: a silent endpoint is no proof. */
export function monitorGates(limits: MonitorLimits): Gate[] {
  const names: Record<keyof MonitorLimits, [name: string, unit: GateUnit]> = {
    queueGrowthPerMinute: ['Growth of the fastest growing queue', 'entries a minute'],
    memoryGrowthMbPerMinute: ['Growth of memory', 'MB a minute'],
    dbPoolShare: ['Database connections in use', 'share'],
    targetErrors: ['Errors that the target reports', 'errors'],
    dropped: ['Entries that full queues dropped', 'entries'],
  };
  return (Object.keys(names) as (keyof MonitorLimits)[]).flatMap((key) => {
    const value = limits[key];
    if (value === undefined) return [];
    const [name, unit] = names[key];
    const seenBy = seenMetric(key);
    return [
      { ...limit(name, limitMetric(key), 'value', value, unit), seenBy },
      {
        ...floor(`${name}: looks`, seenBy, LEAST_LOOKS),
        aggregate: 'value' as const,
        unit: 'looks' as const,
      },
    ];
  });
}

/** Requests that must have been sent, and answered well, for the limits to mean anything. */
function sampleFloors(load: Load, errorRate: Share): { all: number; successful: number } {
  const planned = plannedRequests(load);
  const isRate = load.shape === 'rate';
  const least = isRate ? Math.ceil(LEAST_REQUESTS / RATE_FLOOR) : LEAST_REQUESTS;
  if (planned !== null && planned < least) {
    throw new ConfigError(
      load.shape === 'iterations' ? 'ITERATIONS' : 'RATE',
      `plans ${planned} requests`,
      `expected ${least} requests or more, to judge a P95 by`,
    );
  }
  if (planned === null) return { all: LEAST_REQUESTS, successful: LEAST_REQUESTS };
  const all = Math.max(LEAST_REQUESTS, isRate ? Math.floor(planned * RATE_FLOOR) : planned);
  return { all, successful: Math.max(LEAST_REQUESTS, Math.ceil(round(all * (1 - errorRate)))) };
}

/** How a crossed limit ends the run. */
type Abort = Omit<K6Threshold, 'threshold'>;

/** A limit on latency or errors means something once 20 s have been seen. */
export const ABORT_AFTER_20_S: Abort = { abortOnFail: true, delayAbortEval: '20s' };
export const ABORT_AT_ONCE: Abort = { abortOnFail: true };

/**
 * k6's `thresholds` of some gates.
 * @param abort whether a limit ends the run as soon as it is crossed
 * @see https://grafana.com/docs/k6/latest/using-k6/thresholds/
 */
export function k6Thresholds(gates: readonly Gate[], abort: Abort | null): Record<string, K6Threshold[]> {
  const thresholds: Record<string, K6Threshold[]> = {};
  for (const gate of gates) {
    const stops = gate.kind === 'limit' ? abort : null;
    (thresholds[gate.metric] ??= []).push({ threshold: expression(gate), ...stops });
  }
  return thresholds;
}

/** `p(95)<150`: the only place where a gate is made into k6's text. */
export function expression({
  aggregate,
  operator,
  limit,
}: Pick<Gate, 'aggregate' | 'operator' | 'limit'>): string {
  return `${aggregate}${operator}${limit}`;
}

function limit(
  name: string,
  metric: string,
  aggregate: Gate['aggregate'],
  value: number,
  unit: Gate['unit'],
): Gate {
  // Nothing is below 0: a limit of none at all must be reachable.
  return { name, kind: 'limit', metric, aggregate, operator: value === 0 ? '<=' : '<', limit: value, unit };
}

function floor(name: string, metric: string, value: number): Gate {
  return { name, kind: 'floor', metric, aggregate: 'count', operator: '>=', limit: value, unit: 'requests' };
}

/** Without the last digits of binary arithmetic: 5000 × 0.99 is 4950, not 4950.000000000001. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
