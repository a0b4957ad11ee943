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
import { bodyChecksOf, bodyRuleOf, checksOf } from '../api/checks.ts';
import { readSecretHeaders } from './secret-headers.ts';
import { timedReply } from './timed-reply.ts';
import { clientOf, pause, type ControlSource } from './probe.ts';

/** Makes the metrics, and with them the port but for what setup finds to watch; k6 wants that at init. */
export function enginePort(
  source: ControlSource<SwitchedTarget>,
  types: MetricTypes,
): Omit<Port, 'queues' | 'reading'> {
  return {
    send: sender(source.config),
    switchTo: async ({ flags }, baseUrl) => {
      const client = await clientOf(source, baseUrl);
      const { switching, api } = source.config;
      if (switching.by !== 'deployments') return client.writeFlags(flags, 'both');
      return client.waitForFlags(flags, { timeoutMs: switching.swap?.timeoutMs ?? api.timeoutMs });
    },
    cross: async (isCrossed) => (await clientOf(source)).cross(isCrossed),
    count: async (counter, baseUrl) => {
      const client = await clientOf(source, baseUrl);
      // Where the exporter is off, its counter may not even be there.
      return (await client.readNumber(counter)) ?? 0;
    },
    confirm: async (flags, baseUrl) => (await clientOf(source, baseUrl)).confirm(flags),
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

function sender(target: SwitchedTarget): Port['send'] {
  const { success, keepCookies, completion } = target.api;
  const bodyRule = bodyRuleOf(success);
  const checks = { ...checksOf(success, null), ...(bodyRule === null ? {} : bodyChecksOf(bodyRule)) };
  const replyTo = timedReply(target);
  return async (body: string, how: Requests): Promise<Reply> => {
    const { method, url, headers, tags, timeoutMs, keepBody, isChecked } = how;
    // All requests of an experiment are one iteration, and k6 empties its own jar between iterations only.
    const jar = keepCookies === true ? {} : { jar: new http.CookieJar() };
    const answer = await http.asyncRequest(method, url, body, {
      headers,
      tags,
      redirects: 0,
      ...jar,
      timeout: timeoutMs,
      responseType: keepBody || completion !== undefined ? 'text' : 'none',
    });
    const right = isChecked ? check(answer, checks, tags) : success.status.includes(answer.status);
    return replyTo(answer, right, how, jar.jar);
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
