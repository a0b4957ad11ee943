/** The port of the engines as k6 has it. */
import { check, sleep } from 'k6';
import execution from 'k6/execution';
import http from 'k6/http';
import { Counter, Gauge, Trend } from 'k6/metrics';
import { tokenNow } from '../api/user-token.ts';
import type { SwitchedTarget } from '../config/experiment-config.ts';
import type { Ending } from '../experiment/conclude.ts';
import type { Port, Reply, Requests } from '../experiment/port.ts';
import type { MetricType, MetricTypes } from '../metrics/metric-types.ts';
import { bodyChecksOf, checksOf } from '../api/checks.ts';
import { ENDS, follow, followed } from '../api/completion.ts';
import { latencyKind } from '../metrics/latency-metrics.ts';
import { seenOf, statusParams } from './ask-status.ts';
import { firstByteMs, firstByteTrend, notBegun, workflowTrends } from './latency-trends.ts';
import { readSecretHeaders } from './secret-headers.ts';
import { clientOf, pause, type ControlSource } from './probe.ts';

/** Makes the metrics, and with them the port but for what setup finds to watch; k6 wants that at init. */
export function enginePort(
  source: ControlSource<SwitchedTarget>,
  types: MetricTypes,
): Omit<Port, 'queues' | 'reading'> {
  return {
    send: sender(source.config),
    switchTo: async (flags) => (await clientOf(source)).writeFlags(flags),
    token: async (validForMs) => tokenNow(source.token, validForMs),
    secretHeaders: () => readSecretHeaders(source.config.api.secretHeaders),
    now: () => Date.now(),
    sleep: pause,
    record: recorder(types),
    log: (line) => {
      console.log(line);
    },
  };
}

/** k6 looks at its thresholds every 2 s; on a busy machine it may be late. */
const JUDGED_WITHIN_SECONDS = 6;

/**
 * Ends the run with k6's exit code for what came of it: 0, 99 by threshold, 110 or 108. A FAIL is a threshold that ends the
 * run; where none does, k6 was told to judge nothing (`--no-thresholds`, which a script cannot see), and a FAIL is 110.
 */
export function endRun({ kind, text }: Ending): void {
  if (kind === 'FAIL') {
    sleep(JUDGED_WITHIN_SECONDS);
    execution.test.fail(`NOT GATED, run without thresholds; the verdict would be ${text}`);
  }
  if (kind === 'INCONCLUSIVE') execution.test.fail(text);
  if (kind === 'INVALID') execution.test.abort(text);
}

function sender({ api, baseUrl }: SwitchedTarget): Port['send'] {
  const { success, keepCookies, completion } = api;
  const checks = { ...checksOf(success, null), ...bodyChecksOf(success) };
  const isFirstByte = latencyKind(api) === 'firstByte';
  const recordFirstByte = isFirstByte
    ? firstByteTrend((status) => success.status.includes(status))
    : undefined;
  const recordWorkflow = completion === undefined ? undefined : workflowTrends();
  return async (body: string, how: Requests): Promise<Reply> => {
    const { method, url, headers, tags, timeoutMs, keepBody, isChecked } = how;
    const answer = await http.asyncRequest(method, url, body, {
      headers,
      tags,
      redirects: 0,
      // All requests of an experiment are one iteration, and k6 empties its own jar between iterations only.
      ...(keepCookies === true ? {} : { jar: new http.CookieJar() }),
      timeout: timeoutMs,
      responseType: keepBody || completion !== undefined ? 'text' : 'none',
    });
    const { duration } = answer.timings;
    const { status, headers: answered } = answer;
    const right = isChecked ? check(answer, checks, tags) : success.status.includes(status);
    const text = keepBody && typeof answer.body === 'string' ? answer.body : '';
    const reply = { status, headers: answered, body: text, durationMs: duration, succeeded: right };
    recordFirstByte?.(answer, tags);
    if (isFirstByte) return { ...reply, durationMs: firstByteMs(answer), times: { answer: duration } };
    if (completion === undefined) return reply;
    if (!right) {
      recordWorkflow?.(notBegun(answer), tags);
      return reply;
    }
    const course = { completion, url, baseUrl, timeoutMs, now: Date.now, random: Math.random };
    const ended = await followed(
      follow(course, seenOf(answer), duration),
      async (at, leftMs) =>
        seenOf(await http.asyncRequest('GET', at, null, statusParams(headers, leftMs, keepCookies === true))),
      pause,
    );
    recordWorkflow?.(ended, tags);
    const done = ended.end === 'done';
    if (isChecked) {
      check(done, { [ENDS.done]: () => done }, tags);
      if (!done) check(done, { [ENDS[ended.end]]: () => false }, tags);
    }
    const { durationMs, pollingMs } = ended;
    return {
      ...reply,
      durationMs,
      succeeded: done,
      ...(done ? { times: { answer: duration, polling: pollingMs } } : {}),
    };
  };
}

function recorder(types: MetricTypes): Port['record'] {
  const metrics = new Map<string, Counter | Gauge | Trend>();
  for (const [name, type] of Object.entries(types)) metrics.set(name, metricOf(name, type));
  return (name, value, tags) => metrics.get(name)?.add(value, tags);
}

function metricOf(name: string, type: MetricType): Counter | Gauge | Trend {
  if (type === 'counter') return new Counter(name);
  return type === 'trend of ms' ? new Trend(name, true) : new Gauge(name, type === 'gauge of ms');
}
