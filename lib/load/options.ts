/** A configuration as k6's `options`. */
import type { LoadConfig, Target } from '../config/config.ts';
import type { Load } from '../config/load.ts';
import { formatDuration } from '../format/duration.ts';
import type { Part } from '../config/part.ts';
import {
  ABORT_AFTER_20_S,
  gatesOf,
  k6Thresholds,
  SUCCESSFUL,
  WORKFLOW,
  type K6Threshold,
} from '../gates/gates.ts';
import { DENSE_TREND_STATS } from '../metrics/quantiles.ts';
import { LATENCY_METRICS, latencyKind, WORKFLOW_POLLING } from '../metrics/latency-metrics.ts';
import { monitorMetrics } from '../metrics/monitor-metrics.ts';
import { plannedDurationMs, stagesOf } from '../config/planned-load.ts';
import { commandPlace, switchTimeoutMs } from '../config/switching.ts';
import { WATCHES } from '../metrics/watches.ts';
import type { Milliseconds, Stage } from '../../thresholds/types.ts';

/** The options that the suite sets. @see https://grafana.com/docs/k6/latest/using-k6/k6-options/reference/ */
export interface K6Options {
  scenarios: Record<string, K6Scenario | MonitorScenario>;
  thresholds: Record<string, K6Threshold[]>;
  summaryTrendStats: string[];
  tags: RunTags;
  /** k6 empties a user's cookies before each iteration, unless told not to. */
  noCookiesReset?: true;
  setupTimeout: string;
  teardownTimeout: string;
}

/** On every sample of a run: where several runs are stored together, they say which it was. */
export interface RunTags {
  environment: string;
  test: string;
  part?: string;
}

/** Beside the load: one user that watches the target, ended with the load. It never prolongs a run. */
interface MonitorScenario {
  executor: 'per-vu-iterations';
  vus: 1;
  iterations: 1;
  maxDuration: string;
  gracefulStop: '0s';
  tags: { kind: 'monitor' };
  env: Record<string, string>;
}

type K6Scenario = { tags: Record<string, string>; gracefulStop: string } & (
  | { executor: 'ramping-vus'; startVUs: number; stages: Stage[]; gracefulRampDown: string }
  | { executor: 'shared-iterations'; vus: number; iterations: number; maxDuration: string }
  | {
      executor: 'constant-arrival-rate';
      rate: number;
      timeUnit: string;
      duration: string;
      preAllocatedVUs: number;
      maxVUs: number;
    }
  | {
      executor: 'ramping-arrival-rate';
      startRate: number;
      timeUnit: string;
      stages: Stage[];
      preAllocatedVUs: number;
      maxVUs: number;
    }
);

/** The time that decides, of successful requests of one stage. */
export function stageMetric(api: DecidingTime, index: number): string {
  return `${LATENCY_METRICS[latencyKind(api)].time}{${SUCCESSFUL},stage:${index}}`;
}

type DecidingTime = Parameters<typeof latencyKind>[0];

/** The metrics of that time, of all requests and of successful ones, and of what is reported beside it. */
export function latencyMetrics(api: DecidingTime): {
  all: string;
  successful: string;
  count: string;
  reported: string[];
} {
  const kind = latencyKind(api);
  const { time, count } = LATENCY_METRICS[kind];
  const deciding = {
    all: `${time}{${WORKFLOW}}`,
    successful: `${time}{${SUCCESSFUL}}`,
    count: `${count}{${SUCCESSFUL}}`,
  };
  const ofWorkflows = kind === 'completion' ? [deciding.count, POLLING] : [];
  const reported = [ALL_ANSWERS, SUCCESSFUL_ANSWERS, deciding.all, deciding.successful, ...ofWorkflows];
  return { ...deciding, reported: [...new Set(reported)] };
}

/** All answers, failed ones too; a refused connection counts as 0 ms here. */
export const ALL_ANSWERS = `http_req_duration{${WORKFLOW}}`;
export const SUCCESSFUL_ANSWERS = `http_req_duration{${SUCCESSFUL}}`;
export const POLLING = `${WORKFLOW_POLLING}{${SUCCESSFUL}}`;
export const REQUESTS = `http_reqs{${WORKFLOW}}`;
export const SUCCESSFUL_REQUESTS = `http_reqs{${SUCCESSFUL}}`;
export const RATE_LIMITED = `http_reqs{${WORKFLOW},status:429}`;

/** Iterations of the load alone: the user that watches the target has one as well. */
export function iterationsMetric(scenario: string): string {
  return `iterations{scenario:${scenario}}`;
}

/** k6's options of a load scenario. */
export function k6Options(config: LoadConfig): K6Options {
  const { scenario, load, api, abort, monitor, part } = config;
  // An iteration under way at the end may take its time-out: interrupted, it would leave no sample.
  const patience = api.timeoutMs + load.thinkTimeSeconds * 1_000 + 1_000;
  const reported = [
    ...latencyMetrics(api).reported,
    RATE_LIMITED,
    ...stagesOf(load).map((_, index) => stageMetric(api, index)),
    ...(load.shape !== 'stages' || part !== null ? [iterationsMetric(scenario)] : []),
    ...monitorMetrics(monitor),
  ];
  const gates = gatesOf(config);
  return {
    scenarios: {
      [scenario]: k6Scenario(load, patience),
      ...(monitor === null ? {} : { monitor: monitorScenario(load) }),
    },
    thresholds: {
      // A list without thresholds makes k6 keep the submetric without gating it.
      ...Object.fromEntries(reported.map((metric) => [metric, []])),
      ...(part === null
        ? k6Thresholds(gates, abort ? ABORT_AFTER_20_S : null)
        : Object.fromEntries(gates.map(({ metric }) => [metric, []]))),
    },
    summaryTrendStats: DENSE_TREND_STATS,
    tags: runTags(config),
    ...(api.keepCookies === true ? { noCookiesReset: true } : {}),
    ...timeoutsAround(config),
  };
}

/** How long setup and teardown may take. Each may run a command that restarts the target. */
export function timeoutsAround({
  switching,
}: Pick<Target, 'switching'>): Record<'setupTimeout' | 'teardownTimeout', string> {
  const commandMs = commandPlace(switching) === null ? 0 : switchTimeoutMs(switching);
  const seconds = (without: number) => `${without + Math.ceil(commandMs / 1_000)}s`;
  return { setupTimeout: seconds(120), teardownTimeout: seconds(60) };
}

/** Tags of a whole run; of several generators each has its own, since the numbers of one would overwrite the others'. */
export function runTags({ environment, scenario, part }: Tagged): RunTags {
  return { environment, test: scenario, ...(part ? { part: `${part.index}/${part.of}` } : {}) };
}

interface Tagged {
  environment: string;
  scenario: string;
  part?: Part | null;
}

function monitorScenario(load: Load): MonitorScenario {
  const plannedMs = plannedDurationMs(load);
  return {
    executor: 'per-vu-iterations',
    vus: 1,
    iterations: 1,
    maxDuration:
      plannedMs === null && load.shape === 'iterations' ? load.maxDuration : formatDuration(plannedMs ?? 0),
    gracefulStop: '0s',
    tags: { kind: 'monitor' },
    env: { [WATCHES]: 'true' },
  };
}

function k6Scenario(load: Load, patience: Milliseconds): K6Scenario {
  const common = { tags: { kind: 'workflow' }, gracefulStop: formatDuration(patience) };
  switch (load.shape) {
    case 'stages':
      return {
        executor: 'ramping-vus',
        ...common,
        startVUs: 0,
        stages: load.stages,
        gracefulRampDown: formatDuration(patience),
      };
    case 'iterations':
      return {
        executor: 'shared-iterations',
        ...common,
        vus: Math.min(load.users, load.total),
        iterations: load.total,
        maxDuration: load.maxDuration,
      };
    case 'rate': {
      // Users started under way would drop the iterations that wait for them.
      const users = { preAllocatedVUs: load.users, maxVUs: load.users };
      if ('steps' in load) {
        return {
          executor: 'ramping-arrival-rate',
          ...common,
          startRate: 0,
          timeUnit: '1s',
          stages: load.steps,
          ...users,
        };
      }
      return {
        executor: 'constant-arrival-rate',
        ...common,
        ...wholeRate(load.perSecond),
        duration: load.duration,
        ...users,
      };
    }
  }
}

/** k6 takes whole numbers only: 0.5 per second is 1 per 2 s, 2.5 is 2500 per 1000 s. */
function wholeRate(perSecond: number): { rate: number; timeUnit: string } {
  if (Number.isInteger(perSecond)) return { rate: perSecond, timeUnit: '1s' };
  if (Number.isInteger(1 / perSecond)) return { rate: 1, timeUnit: `${1 / perSecond}s` };
  return { rate: Math.max(1, Math.round(perSecond * 1_000)), timeUnit: '1000s' };
}
