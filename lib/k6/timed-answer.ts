/**
 * What a user of a load does with an answer where another time decides than that of the whole answer: it takes the time to
 * the first byte, or follows the workflow to its end. Made only in users of such a run.
 */
import type { check, sleep } from 'k6';
import type { expectedStatuses, get, RefinedResponse, ResponseType } from 'k6/http';
import { ENDS, follow, type Followed, type Seen, type Step } from '../api/completion.ts';
import { seenOf, statusParams } from './ask-status.ts';
import { firstByteMs, firstByteTrend, notBegun, workflowTrends, type Metrics } from './latency-trends.ts';
import type { UserSettings } from './shared-run.ts';

/** Gives whether a request whose answer was `right` has succeeded in the end. */
export type Timed = (
  answer: RefinedResponse<ResponseType>,
  right: boolean,
  tags: Record<string, string>,
) => boolean;

/** k6's modules, of which an import would cost each user a copy. They may be required at init only. */
interface K6 extends Metrics {
  readonly check: typeof check;
  readonly sleep: typeof sleep;
  readonly get: typeof get;
  readonly expectedStatuses: typeof expectedStatuses;
}

function modules(): K6 {
  const { require } = globalThis as unknown as { require: (name: string) => Partial<K6> };
  return { ...require('k6'), ...require('k6/http'), ...require('k6/metrics') } as K6;
}

export default function timedAnswer(user: UserSettings): Timed {
  const k6 = modules();
  const { check } = k6;
  const { slowMs, success } = user;
  const inTime = (ms: number) =>
    slowMs === null || check(ms, { [`response time < ${slowMs}ms`]: (took) => took < slowMs });
  if (user.completion === undefined) {
    const record = firstByteTrend(k6, (status) => success.status.includes(status));
    return (answer, right, tags) => {
      record(answer, tags);
      return inTime(firstByteMs(answer)) && right;
    };
  }
  const record = workflowTrends(k6);
  const course = { ...user, completion: user.completion, now: Date.now, random: Math.random };
  return (answer, right, tags) => {
    if (!right) {
      record(notBegun(answer), tags);
      return false;
    }
    const ended = waitFor(follow(course, seenOf(answer), answer.timings.duration), user, k6);
    record(ended, tags);
    const done = check(ended.end, { [ENDS.done]: (end) => end === 'done' });
    if (!done) check(null, { [ENDS[ended.end]]: () => false });
    return inTime(ended.durationMs) && done;
  };
}

/** A user waits as a person would: it does nothing else meanwhile. */
function waitFor(
  steps: Generator<Step, Followed, Seen | undefined>,
  { headers }: UserSettings,
  { expectedStatuses, get, sleep }: K6,
): Followed {
  for (let seen: Seen | undefined; ;) {
    const step = steps.next(seen);
    if (step.done === true) return step.value;
    seen = undefined;
    if ('url' in step.value) {
      const { url, timeoutMs } = step.value;
      seen = seenOf(get(url, statusParams(expectedStatuses, headers, timeoutMs)));
    } else sleep(step.value.sleepMs / 1_000);
  }
}
