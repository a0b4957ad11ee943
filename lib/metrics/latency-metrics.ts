/** Which time of a request decides, and the metrics in which k6 keeps it. Imported by users of a load. */
import type { Api } from '../../thresholds/types.ts';

/** The whole answer, its first byte, or the whole workflow where that goes on after its answer. */
export type LatencyKind = 'answer' | 'firstByte' | 'completion';

export function latencyKind({ latency, completion }: Pick<Api, 'latency' | 'completion'>): LatencyKind {
  if (completion !== undefined) return 'completion';
  return latency === 'firstByte' ? 'firstByte' : 'answer';
}

export const TIME_TO_FIRST_BYTE = 'time_to_first_byte';
/** From the request until the workflow was seen to be done. */
export const WORKFLOW_DURATION = 'workflow_duration';
/** How much of that may be waiting for the next status request. */
export const WORKFLOW_POLLING = 'workflow_polling';
/** Workflows that have ended. */
export const WORKFLOWS = 'workflows';

/** The Trend of that time, and a counter of the same requests: k6 gates no count of a Trend. */
export const LATENCY_METRICS: Readonly<Record<LatencyKind, { time: string; count: string }>> = {
  answer: { time: 'http_req_duration', count: 'http_reqs' },
  firstByte: { time: TIME_TO_FIRST_BYTE, count: 'http_reqs' },
  completion: { time: WORKFLOW_DURATION, count: WORKFLOWS },
};

/**
 * Times of a request beside the one that decides: the answer to the request itself, what polling may add to a workflow, what
 * the server says that it took, and what the deciding time holds beyond that.
 */
export const FURTHER_TIMES = ['answer', 'polling', 'server', 'outside'] as const;
export type FurtherTime = (typeof FURTHER_TIMES)[number];

/** Those that requests of an API have. */
export function furtherTimes(api: Pick<Api, 'latency' | 'completion' | 'serverTime'>): FurtherTime[] {
  const kind = latencyKind(api);
  return [
    ...(kind === 'answer' ? [] : (['answer'] as const)),
    ...(kind === 'completion' ? (['polling'] as const) : []),
    ...(api.serverTime === undefined ? [] : (['server', 'outside'] as const)),
  ];
}
