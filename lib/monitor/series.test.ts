import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monitor } from '../../thresholds/monitor.ts';
import { numericLeaves, prometheusSamples } from './answer.ts';
import { decodePlan, encodePlan, patternsOf } from './plan.ts';
import { pathsOf } from '../metrics/monitor-metrics.ts';
import { findSeries, isReported, nearestNames } from './series.ts';
import { PLACES } from '../metrics/monitor-metrics.ts';

const names = (numbers: Map<string, number>) =>
  findSeries(patternsOf(monitor), new Map([['/x', numbers]])).map(({ name, unit }) => `${name} [${unit}]`);

test('Node.js metrics as Prometheus text', () => {
  const text = `process_cpu_seconds_total 1
process_resident_memory_bytes 2e8
nodejs_eventloop_lag_p99_seconds 0.01
target_database_pool_in_use 1
target_database_pool_waiting 0
target_database_pool_size 10
db_requests_total 5`;
  assert.deepEqual(names(prometheusSamples(text).values), [
    'cpuSeconds [s]',
    'cpu [%]',
    'memory [MB]',
    'eventLoopDelay [ms]',
    'dbPoolInUse [connections]',
    'dbPoolWaiting [requests]',
    'dbPoolSize [connections]',
  ]);
});

test('labels on default metrics, as a registry of a team puts them on all', () => {
  const text = `# HELP process_cpu_seconds_total cpu
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total{app="api",instance="pod-1"} 12.5
process_resident_memory_bytes{app="api",instance="pod-1"} 1.5e+08
nodejs_eventloop_lag_p99_seconds{app="api",instance="pod-1"} 0.012
langfuse_queue_size{app="api"} 5
db_pool_in_use{app="api"} 3`;
  assert.deepEqual(names(prometheusSamples(text).values), [
    'cpuSeconds [s]',
    'cpu [%]',
    'memory [MB]',
    'eventLoopDelay [ms]',
    'dbPoolInUse [connections]',
    'queue langfuse [entries]',
  ]);
});

test('series of one name are told apart by the labels that differ', () => {
  const text = `jobs_queue_size{app="api",queue="mail"} 1
jobs_queue_size{app="api",queue="export"} 2
exports_dropped{app="api",exporter="langfuse"} 0`;
  assert.deepEqual(names(prometheusSamples(text).values), [
    'queue jobs_mail [entries]',
    'queue jobs_export [entries]',
    'dropped exports [entries]',
  ]);
});

test('processor seconds: those of the first pattern that finds any, all of its states, and no place in the report', () => {
  const found = (text: string) =>
    findSeries(patternsOf(monitor), new Map([['/x', prometheusSamples(text).values]])).filter(
      ({ kind }) => kind === 'cpuSeconds',
    );
  const otel = found(`process_cpu_time_seconds_total{state="user"} 3
process_cpu_time_seconds_total{state="system"} 1`);
  assert.deepEqual(
    otel.map(({ name }) => name),
    ['cpuSeconds user', 'cpuSeconds system'],
  );
  assert.ok(otel.every((series) => !isReported(series)));
  const node = found(`process_cpu_user_seconds_total 3
process_cpu_system_seconds_total 1
process_cpu_seconds_total 4`);
  assert.deepEqual(
    node.map(({ path }) => path),
    ['process_cpu_seconds_total'],
  );
});

test('the nearest names share words with what is looked for', () => {
  const all = [
    'http_requests_total',
    'a',
    'go_goroutines',
    'app_process_cpu_seconds{x="1"}',
    'rss_kilobytes',
    'b',
    'c',
  ];
  assert.deepEqual(nearestNames(all, monitor.series).slice(0, 2), [
    'app_process_cpu_seconds',
    'rss_kilobytes',
  ]);
  assert.equal(nearestNames(all, monitor.series).length, 5);
});

test('of memory the resident set comes before the heap, and one series counts', () => {
  const found = findSeries(
    patternsOf(monitor),
    new Map([['/x', numericLeaves({ memory: { heapUsedBytes: 1, rssBytes: 2 } }).values]]),
  );
  assert.deepEqual(
    found.map(({ path }) => path),
    ['memory.rssBytes'],
  );
});

test('names of queues come from their paths, clean enough for a tag', () => {
  const odd = numericLeaves({ 'a,b}"\u001b[31m': { queued: 1 }, jobs: { pending: 2, dropped: 0 } }).values;
  assert.deepEqual(names(odd), ['queue a_b_31m [entries]', 'queue jobs [entries]', 'dropped jobs [entries]']);
});

test('no more series than there are submetrics for, each with a place of its own', () => {
  const many = numericLeaves(
    Array.from({ length: 100 }, () => ({ queued: 1, dropped: 1, failed: 1, cpu: { percent: 1 } })),
  );
  const found = findSeries(patternsOf(monitor), new Map([['/x', many.values]]));
  const count = (...kinds: string[]) => found.filter(({ kind }) => kinds.includes(kind)).length;
  assert.deepEqual([count('queue'), count('cpu'), count('failed', 'dropped')], [10, 1, 18]);
  assert.equal(new Set(found.map(({ slot }) => slot)).size, found.length);
  const places = PLACES.reduce((sum, place) => sum + place.count, 0);
  assert.ok(found.every(({ slot }) => slot >= 0 && slot < places));
});

test('a plan is the same after its way through text, also where names and places run out', () => {
  const [first = '', second = ''] = pathsOf(monitor);
  const many = Array.from({ length: 30 }, (_, i) => ({ queued: i, dropped: i, size: i, max: i }));
  const answers = new Map([
    [first, numericLeaves({ cpu: { percent: 1 }, memory: { heapUsedBytes: 1, rssBytes: 2 }, many }).values],
    [second, numericLeaves({ cpu: { percent: 1 }, jobs: { pending: 2, dropped: 0 }, many }).values],
  ]);
  const plan = {
    series: findSeries(patternsOf(monitor), answers),
    endpoints: [
      { problem: 0, unknown: 2 },
      { problem: 5, unknown: 7 },
    ],
    errorsTotal: 3,
    errorsBefore: { abc: 2 },
  };
  assert.ok(plan.series.length > 25, String(plan.series.length));
  assert.deepEqual(decodePlan(encodePlan(plan, monitor), monitor), plan);
});
