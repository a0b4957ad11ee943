/**
 * The engines' own requests at a fixed rate, with all that an experiment can ask of an answer beside them, or with none of
 * it; prints their P95 and how late they started. Bundled by stream.ts.
 */
import http from 'k6/http';
import { Gauge } from 'k6/metrics';
import { overheadConfig } from '../../lib/config/overhead-config.ts';
import { FurtherTimes } from '../../lib/experiment/further-times.ts';
import { arrivalTimes } from '../../lib/experiment/plan.ts';
import { Traffic } from '../../lib/experiment/traffic.ts';
import { enginePort } from '../../lib/k6/engine-port.ts';
import watchTarget from '../../lib/k6/monitor.ts';
import { pause } from '../../lib/k6/probe.ts';
import { furtherTimes } from '../../lib/metrics/latency-metrics.ts';
import { MONITOR } from '../../lib/metrics/metric-name.ts';
import { EXPERIMENT_METRICS } from '../../lib/metrics/overhead-metrics.ts';
import { encodePlan, patternsOf } from '../../lib/monitor/plan.ts';
import { findSeries } from '../../lib/monitor/series.ts';
import { seeded } from '../../lib/statistics/random.ts';
import { quantile } from '../../lib/statistics/quantile.ts';
import type { Environment } from '../../thresholds/types.ts';

const rate = Number(__ENV.RATE);
const seconds = Number(__ENV.SECONDS);
const everything = __ENV.KIND === 'everything';

const local: Environment = {
  baseUrl: __ENV.URL ?? '',
  auth: { type: 'none' },
  api: {
    method: 'GET',
    endpoint: '/',
    success: { status: [200], contentType: null },
    ...(everything ? { latency: 'firstByte', serverTime: { header: 'Server-Timing', metric: 'total' } } : {}),
  },
  switching: {
    by: 'call',
    write: { method: 'PUT', path: '/flags', body: '{settings}' },
    timeoutMs: 500,
    proof: 'none',
  },
  overhead: { perSecond: 1_000, seconds: 5, blocks: 40 },
};
const config = overheadConfig({ TEST_ENV: 'local' }, { environments: { local } });
const { api, baseUrl, monitor } = config;
const exported = { scenarios: {}, thresholds: {}, summaryTrendStats: [], tags: {} };
const port = {
  ...enginePort({ config, options: exported, token: undefined, body: () => '' }, EXPERIMENT_METRICS),
  queues: () => Promise.resolve(null),
  reading: () => Promise.resolve(null),
};
const gauge = new Gauge(MONITOR);

export const options = {
  scenarios: { load: { executor: 'per-vu-iterations', vus: 1, iterations: 1, maxDuration: '5m' } },
  thresholds: { 'http_req_duration{kind:workflow}': [] },
  batchPerHost: 2_000,
  summaryTrendStats: ['p(95)'],
};

export default async function (): Promise<void> {
  const arrivals = arrivalTimes(Math.round(rate * seconds), seconds * 1_000, 'even', seeded('1'));
  const times = new FurtherTimes(furtherTimes(api), { baseline: 'a', treatment: 'a' }, api.timeoutMs);
  const lane = { flags: {}, tags: { arm: 'a', block: '1' }, kind: 'workflow' as const, byHeader: false };
  const late: number[] = [];
  let over = false;
  if (everything) void watchCosts(() => over);
  await new Traffic(config, { bodies: [''], upTo: [1] }, port).measure({
    arrivals,
    seed: '1',
    lanes: [lane],
    laneOf: () => 0,
    seen: (outcome) => {
      late.push(outcome.lateMs);
      times.add(0, 'a', outcome);
    },
  });
  over = true;
  times.record(port.record, 0, ['a']);
  console.log(`p99 of start lateness ${quantile(late, 0.99)} ms`);
}

/** As the monitor does it in an experiment: each second, what costs are read from. */
function watchCosts(over: () => boolean): Promise<void> {
  if (monitor === null) return Promise.resolve();
  const names = ['cpu.seconds', 'memory.rssBytes', 'eventLoop.delayMeanMs'];
  const [source = ''] = monitor.paths.slice(-1);
  const series = findSeries(
    patternsOf(monitor),
    new Map([[source, new Map(names.map((name) => [name, 1]))]]),
  );
  const endpoints = monitor.paths.map(() => ({ problem: 0, unknown: 0 }));
  return watchTarget({
    http,
    record: (value, tags) => {
      gauge.add(value, tags);
    },
    token: undefined,
    headers: {},
    baseUrl,
    profile: monitor,
    plan: encodePlan({ series, endpoints, errorsTotal: 0, errorsBefore: {} }, monitor),
    over,
    pause: (s) => pause(s * 1_000),
  });
}

interface Summary {
  metrics: Record<string, { values: Record<string, number> } | undefined>;
}

export function handleSummary({ metrics }: Summary): Record<string, string> {
  const duration = metrics['http_req_duration{kind:workflow}']?.values ?? {};
  return { stdout: JSON.stringify({ p95Ms: duration['p(95)'] }) };
}
