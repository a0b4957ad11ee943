/** What an engine is told of an answer: the time that decides, and others beside it. It follows workflows to their end. */
import { check } from 'k6';
import http, { type CookieJar, type RefinedResponse, type ResponseType } from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import { ENDS, follow, followed } from '../api/completion.ts';
import type { SwitchedTarget } from '../config/experiment-config.ts';
import type { Reply, Requests } from '../experiment/port.ts';
import { latencyKind } from '../metrics/latency-metrics.ts';
import type { Completion } from '../../thresholds/types.ts';
import { seenOf, statusParams } from './ask-status.ts';
import { firstByteMs, firstByteTrend, notBegun, workflowTrends } from './latency-trends.ts';
import { pause } from './probe.ts';

type Answer = RefinedResponse<ResponseType>;

/** @param jar with the cookies of the answer; `undefined`: they are kept for all requests */
export type TimedReply = (
  answer: Answer,
  right: boolean,
  how: Requests,
  jar?: CookieJar,
) => Reply | Promise<Reply>;

/** Makes what the metrics of that time need, so at init. */
export function timedReply({ api, baseUrl }: SwitchedTarget): TimedReply {
  const { success, completion } = api;
  if (completion !== undefined) return workflowReply(completion, baseUrl);
  if (latencyKind(api) === 'answer') return (answer, right, how) => replyOf(answer, right, how);
  const record = firstByteTrend({ Trend }, (status) => success.status.includes(status));
  return (answer, right, how) => {
    record(answer, how.tags);
    const times = right ? { answer: answer.timings.duration } : {};
    return replyOf(answer, right, how, firstByteMs(answer), times);
  };
}

/** Written out: k6 takes 4 µs to spread an object, and this is done for each request. */
function replyOf(
  { status, headers, body, timings }: Answer,
  succeeded: boolean,
  { keepBody }: Requests,
  durationMs = timings.duration,
  times: Reply['times'] = {},
): Reply {
  const text = keepBody && typeof body === 'string' ? body : '';
  return { status, headers, body: text, durationMs, succeeded, times };
}

function workflowReply(completion: Completion, baseUrl: string): TimedReply {
  const record = workflowTrends({ Counter, Trend });
  return async (answer, right, how, jar) => {
    const { url, headers, tags, timeoutMs, isChecked } = how;
    const { duration } = answer.timings;
    if (!right) {
      record(notBegun(answer), tags);
      return replyOf(answer, right, how);
    }
    const course = { completion, url, baseUrl, timeoutMs, now: Date.now, random: Math.random };
    const ended = await followed(
      follow(course, seenOf(answer), duration),
      async (at, leftMs) => {
        const params = statusParams(http.expectedStatuses, headers, leftMs, jar);
        return seenOf(await http.asyncRequest('GET', at, null, params));
      },
      pause,
    );
    const { end, durationMs, pollingMs } = ended;
    const done = end === 'done';
    record(ended, tags);
    if (isChecked) {
      check(done, { [ENDS.done]: () => done }, tags);
      if (!done) check(done, { [ENDS[end]]: () => false }, tags);
    }
    return replyOf(answer, done, how, durationMs, done ? { answer: duration, polling: pollingMs } : {});
  };
}
