/**
 * The metrics of a time that decides where that is not the whole answer; made only in runs that have one. k6's modules are
 * handed in: in code that is made late an import of one would cost each user a copy.
 */
import type { Counter, Trend } from 'k6/metrics';
import type { Followed } from '../api/completion.ts';
import {
  TIME_TO_FIRST_BYTE,
  WORKFLOW_DURATION,
  WORKFLOW_POLLING,
  WORKFLOWS,
} from '../metrics/latency-metrics.ts';

type Tags = Record<string, string>;

/** k6's own. */
export interface Metrics {
  readonly Counter: typeof Counter;
  readonly Trend: typeof Trend;
}

/** A workflow that never began: its request was answered wrongly. Null where there was no request. */
export function notBegun({ status, timings }: AnswerTimes): Followed | null {
  if (isRefused({ status, timings })) return null;
  return { end: 'failed', durationMs: timings.duration, pollingMs: 0, statusRequests: 0 };
}

function isRefused({ status, timings }: AnswerTimes): boolean {
  return status === 0 && timings.duration === 0;
}

/** Records workflows that have ended. */
export function workflowTrends({ Counter, Trend }: Metrics): (followed: Followed | null, tags: Tags) => void {
  const duration = new Trend(WORKFLOW_DURATION, true);
  const polling = new Trend(WORKFLOW_POLLING, true);
  const workflows = new Counter(WORKFLOWS);
  return (followed, more) => {
    if (followed === null) return;
    const { end, durationMs, pollingMs } = followed;
    const tags = { ...more, expected_response: String(end === 'done') };
    duration.add(durationMs, tags);
    workflows.add(1, tags);
    if (end === 'done') polling.add(pollingMs, tags);
  };
}

/** What is taken of an answer's times. */
interface AnswerTimes {
  status: number;
  timings: { duration: number; sending: number; waiting: number };
}

/** From the first byte of the request to the first of the answer, which may be its head; a time-out where none came. */
export function firstByteMs({ status, timings }: AnswerTimes): number {
  return status === 0 ? timings.duration : timings.sending + timings.waiting;
}

/** Records first bytes; a request that was refused or never left has none. */
export function firstByteTrend(
  { Trend }: Pick<Metrics, 'Trend'>,
  isExpected: (status: number) => boolean,
): (answer: AnswerTimes, tags: Tags) => void {
  const firstByte = new Trend(TIME_TO_FIRST_BYTE, true);
  return (answer, more) => {
    const { status } = answer;
    if (isRefused(answer)) return;
    firstByte.add(firstByteMs(answer), { ...more, expected_response: String(isExpected(status)) });
  };
}
