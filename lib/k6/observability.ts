/** The target's own numbers before a load and after it: what there is to watch, and what is left of it. */
import type { Target } from '../config/config.ts';
import { describeProblem, PROBLEM, type Looked } from '../monitor/answers.ts';
import { decodePlan, encodePlan, patternsOf } from '../monitor/plan.ts';
import { pathsOf } from '../metrics/monitor-metrics.ts';
import { findSeries, nearestNames, type FoundSeries } from '../monitor/series.ts';
import { errorsBefore, newErrors } from '../monitor/target-errors.ts';
import type { AfterRun } from '../summary/from-monitor.ts';
import { SETUP_FAILURE, type SetupData } from '../metrics/setup-data.ts';
import type { Client } from '../api/client.ts';
import { describeAnswer, isRedirect } from '../api/target-problem.ts';
import type { RunEnd } from '../summary/result-of-summary.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import type { Port } from '../experiment/port.ts';
import type { Milliseconds, MonitorProfile } from '../../thresholds/types.ts';
import { clientOf, pause, type ControlSource } from './probe.ts';
import { firstLookAt, lookAt } from './look.ts';
import { queueReader } from './series-reader.ts';

type Headers = Readonly<Record<string, string>>;

/** How often queues are looked at after a run. */
const DRAIN_TICK_MS = 100;

/** What of the target can be watched; an endpoint that says nothing is named once, here. */
export async function findWhatToWatch(
  config: Pick<Target, 'baseUrl' | 'monitor'>,
  headers: Headers,
): Promise<Pick<SetupData, 'monitor'>> {
  const { monitor } = config;
  if (monitor === null) return {};
  const looked: (Looked & { path: string })[] = [];
  for (const path of pathsOf(monitor)) looked.push({ path, ...(await firstLookAt(config, path, headers)) });
  const answers = new Map(looked.map(({ path, numbers }) => [path, numbers]));
  const errors = looked.find(({ path }) => path === monitor.errorsPath)?.errors ?? [];
  const series = findSeries(patternsOf(monitor), answers);
  for (const found of looked) {
    const text = problemOf(found, series, monitor);
    if (text !== null) console.warn(`monitor: GET ${config.baseUrl}${found.path}: ${text}`);
  }
  const total = series.find(({ kind }) => kind === 'errors');
  return {
    monitor: encodePlan(
      {
        series,
        endpoints: looked.map(({ path, problem, numbers }) => ({
          problem,
          // One number may be two series: what it has counted, and how fast.
          unknown: numbers.size - new Set(series.flatMap((of) => (of.source === path ? [of.path] : []))).size,
        })),
        errorsTotal: total === undefined ? 0 : (answers.get(total.source)?.get(total.path) ?? 0),
        errorsBefore: errorsBefore(errors),
      },
      monitor,
    ),
  };
}

/** What is wrong with an endpoint; `null` where there is nothing. */
function problemOf(
  { path, problem, numbers }: Looked & { path: string },
  series: readonly FoundSeries[],
  monitor: MonitorProfile,
): string | null {
  const text = describeProblem(problem, monitor.timeoutMs);
  if (numbers.size === 0) return text === null ? null : `${text}; the run goes on without it`;
  if (series.some(({ source }) => source === path)) return text;
  const nearest = nearestNames(numbers.keys(), monitor.series).join(', ');
  return `${describeProblem(PROBLEM.unknown, monitor.timeoutMs) ?? ''}; the nearest of ${numbers.size}: ${nearest}`;
}

/** The end of a run: what it left in the target, and where redirected requests lead to. Never throws. */
export async function endOf(source: ControlSource<Target>, data: SummaryData): Promise<RunEnd> {
  // Waiting for the target's queues is no part of the run.
  const endedAt = new Date();
  try {
    const client = await clientOf(source);
    const setup = data.setup_data as SetupData | undefined;
    const left = await leftBehind(source, client, setup);
    return { endedAt, after: { ...left, redirect: await redirectOf(client, data) } };
  } catch {
    return { endedAt };
  }
}

/** How long the queues take to empty, and the errors that came with the run. */
async function leftBehind(
  source: ControlSource<Target>,
  client: Client,
  setup: SetupData | undefined,
): Promise<Pick<AfterRun, 'drainMs' | 'targetErrors'>> {
  const { config } = source;
  const { monitor } = config;
  if (monitor === null || setup?.monitor === undefined) return { drainMs: null, targetErrors: [] };
  const drainMs = await untilEmpty(queueReader(source, setup), monitor.drainMs);
  const { errorsPath } = monitor;
  const errors = errorsPath === null ? [] : (await lookAt(config, errorsPath, await client.headers())).errors;
  return { drainMs, targetErrors: newErrors(decodePlan(setup.monitor, monitor).errorsBefore, errors) };
}

/** Users can hand over numbers only: a request that failed by its status is made once more, for its `Location`. */
async function redirectOf(client: Client, data: SummaryData): Promise<string | null> {
  const wasProbe = isRedirect(data.metrics[SETUP_FAILURE]?.values.value ?? 0);
  const failed = data.root_group.checks.some(({ name, fails }) => name.startsWith('status is ') && fails > 0);
  if (!wasProbe && !failed) return null;
  const answer = await (wasProbe ? client.probe(1) : client.request());
  return isRedirect(answer.status)
    ? `${wasProbe ? 'the probe' : 'a request'} ${describeAnswer(answer)}`
    : null;
}

/** Milliseconds until every queue was seen empty; `null` where one was not, or did not say. */
async function untilEmpty(queues: Port['queues'], atMostMs: Milliseconds): Promise<Milliseconds | null> {
  const from = Date.now();
  for (;;) {
    const lengths = await queues();
    if (lengths === null) return null;
    if (lengths.every((length) => length <= 0)) return Date.now() - from;
    if (Date.now() - from >= atMostMs) return null;
    await pause(DRAIN_TICK_MS);
  }
}
