/** The target's own numbers before a load and after it: what there is to watch, and what is left of it. */
import { sleep } from 'k6';
import http from 'k6/http';
import type { Target } from '../config/config.ts';
import { ACCEPT, describeProblem, look, type Looked } from '../monitor/answers.ts';
import { decodePlan, encodePlan, patternsOf } from '../monitor/plan.ts';
import { pathsOf } from '../metrics/monitor-metrics.ts';
import { findSeries } from '../monitor/series.ts';
import { errorsBefore, newErrors } from '../monitor/target-errors.ts';
import type { AfterRun } from '../summary/from-monitor.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { controlOf, type ControlSource } from './probe.ts';
import { anyStatus } from './switch.ts';

/** How often queues are looked at after a run. */
const DRAIN_TICK_SECONDS = 0.1;

/** What of the target can be watched; an endpoint that says nothing is named once, here. */
export function findWhatToWatch(
  config: Pick<Target, 'baseUrl' | 'monitor'>,
  headers: Record<string, string>,
): Pick<SetupData, 'monitor'> {
  const { monitor } = config;
  if (monitor === null) return {};
  const looked = pathsOf(monitor).map((path) => ({ path, ...lookAt(config, path, headers) }));
  for (const { path, problem } of looked) {
    const text = describeProblem(problem, monitor.timeoutMs);
    if (text !== null)
      console.warn(`monitor: GET ${config.baseUrl}${path}: ${text}; the run goes on without it`);
  }
  const answers = new Map(looked.map(({ path, numbers }) => [path, numbers]));
  const errors = looked.find(({ path }) => path === monitor.errorsPath)?.errors ?? [];
  const series = findSeries(patternsOf(monitor), answers);
  const total = series.find(({ kind }) => kind === 'errors');
  return {
    monitor: encodePlan(
      {
        series,
        errorsTotal: total === undefined ? 0 : (answers.get(total.source)?.get(total.path) ?? 0),
        errorsBefore: errorsBefore(errors),
      },
      monitor,
    ),
  };
}

/** After the run: how long the queues take to empty, and the errors that came with the run. Never throws. */
export async function afterRun(
  source: ControlSource<Target>,
  setup: SetupData | undefined,
): Promise<AfterRun | undefined> {
  const config = source.config;
  const { monitor } = config;
  if (monitor === null || setup?.monitor === undefined) return undefined;
  try {
    const { headers } = await controlOf(source);
    const plan = decodePlan(setup.monitor, monitor);
    const queues = plan.series.filter(({ kind }) => kind === 'queue');
    const drainMs = queues.length === 0 ? null : waitForQueues(config, headers, queues);
    const { errorsPath } = monitor;
    const errors = errorsPath === null ? [] : lookAt(config, errorsPath, headers).errors;
    return { drainMs, targetErrors: newErrors(plan.errorsBefore, errors) };
  } catch {
    return undefined;
  }
}

/** Milliseconds until every queue was seen empty; `null` where one was not, or did not say. */
function waitForQueues(
  config: Pick<Target, 'baseUrl' | 'monitor'>,
  headers: Record<string, string>,
  queues: readonly { source: string; path: string }[],
): number | null {
  const from = Date.now();
  const sources = [...new Set(queues.map(({ source }) => source))];
  for (;;) {
    const seen = new Map(sources.map((path) => [path, lookAt(config, path, headers)]));
    if ([...seen.values()].some(({ problem }) => problem !== 0)) return null;
    if (queues.every(({ source, path }) => (seen.get(source)?.numbers.get(path) ?? 0) <= 0)) {
      return Date.now() - from;
    }
    if (Date.now() - from >= (config.monitor?.drainMs ?? 0)) return null;
    sleep(DRAIN_TICK_SECONDS);
  }
}

function lookAt(
  { baseUrl, monitor }: Pick<Target, 'baseUrl' | 'monitor'>,
  path: string,
  headers: Record<string, string>,
): Looked {
  if (monitor === null) return { numbers: new Map(), errors: [], problem: 0 };
  const params = {
    headers: { ...headers, Accept: ACCEPT },
    tags: { kind: 'monitor' },
    timeout: monitor.timeoutMs,
    redirects: 0,
    responseType: 'text' as const,
    responseCallback: anyStatus(),
    throw: true,
  };
  let answer = { status: 0, body: '' };
  try {
    const { status, body } = http.get(baseUrl + path, params);
    answer = { status, body };
  } catch {
    // No answer: a status of 0 says so.
  }
  return look(monitor, path, answer);
}
