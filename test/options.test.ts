/** The complete options that k6 gets, of every scenario in every environment. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { capacityConfig } from '../lib/config/capacity-config.ts';
import { loadConfig } from '../lib/config/config.ts';
import { attributionConfig } from '../lib/config/attribution-config.ts';
import { overheadConfig } from '../lib/config/overhead-config.ts';
import type { Env } from '../lib/config/variables.ts';
import { capacityOptions } from '../lib/load/capacity-options.ts';
import { k6Options, type K6Options } from '../lib/load/options.ts';
import { overheadOptions, type OverheadOptions } from '../lib/load/overhead-options.ts';
import { capacityMetrics } from '../lib/metrics/capacity-metrics.ts';
import { DENSE_TREND_STATS } from '../lib/metrics/quantiles.ts';
import { mostTries } from '../lib/load/ladder.ts';
import { monitorMetrics } from '../lib/metrics/monitor-metrics.ts';
import { environments } from '../thresholds/environments.ts';
import { monitor } from '../thresholds/monitor.ts';
import { scenarios } from '../thresholds/scenarios.ts';
import type { EnvironmentName, ScenarioName } from '../thresholds/types.ts';
import { matchesGolden } from './support/golden.ts';

const names = Object.keys(scenarios) as ScenarioName[];

/**
 * The options as text; the list of a few hundred percentiles, and the monitor's submetrics, which are the same
 * everywhere, stand in files of their own. Of submetrics that are `many` it is seen that they are there.
 */
function textOf(
  { summaryTrendStats, ...options }: K6Options | OverheadOptions,
  many: readonly string[] = [],
): string {
  assert.equal(summaryTrendStats, DENSE_TREND_STATS);
  const watched = [...monitorMetrics(monitor), ...many];
  for (const metric of watched) assert.deepEqual(options.thresholds[metric], []);
  const others = Object.entries(options.thresholds).filter(([metric]) => !watched.includes(metric));
  return `${JSON.stringify({ ...options, thresholds: Object.fromEntries(others) }, null, 2)}\n`;
}

for (const environment of Object.keys(environments)) {
  const env: Env = { TEST_ENV: environment, CONFIRM: environment, AUTH_TOKEN: 'a-token', SEED: '1' };
  for (const scenario of names) {
    test(`options of ${scenario} in ${environment}`, () => {
      matchesGolden(
        `options/${scenario}-${environment}.json`,
        textOf({ ...k6Options(loadConfig(scenario, env)) }),
      );
    });
  }
  for (const [name, configOf] of [
    ['overhead', overheadConfig],
    ['attribution', attributionConfig],
  ] as const) {
    test(`options of ${name} in ${environment}`, () => {
      if (environments[environment as EnvironmentName].switching === undefined) {
        assert.throws(() => configOf(env), /switching: missing/);
        return;
      }
      // Half of the arms: the full design's submetrics are as many again.
      const config = configOf({ ...env, ...(name === 'attribution' && { DESIGN: 'half' }) });
      matchesGolden(`options/${name}-${environment}.json`, textOf({ ...overheadOptions(config) }));
    });
  }
}

test('options of a capacity run: its tries, and nothing gated but the verdict', () => {
  const config = capacityConfig({ AUTH_TOKEN: 'a-token', SEED: '1' });
  const many = capacityMetrics(config.arms, config.plan.blocks, mostTries(config.plan));
  assert.equal(new Set(many).size, many.length);
  assert.ok(many.includes('capacity_try_p95_ms{arm:treatment,block:5,try:30}'), many.at(-1));
  matchesGolden('options/capacity-local.json', textOf({ ...capacityOptions(config) }, many));
});

test('options of every shape that variables can ask for', () => {
  const asked: Record<string, Env> = {
    stages: { STAGES: '30s:10,1m:50', P95: '120', ERROR_RATE: '0.005' },
    iterations: { ITERATIONS: '5000', CONCURRENCY: '50', ABORT: 'true' },
    'few-iterations': { ITERATIONS: '20', CONCURRENCY: '50', THINK_TIME: '0.5' },
    rate: { RATE: '200' },
    'slow-rate': { RATE: '2.5' },
    'ramped-rate': { RATE: '30s:100,1m:200' },
  };
  for (const [name, env] of Object.entries(asked)) {
    const config = loadConfig('heavy', { AUTH_TOKEN: 'a-token', SEED: '1', ...env });
    matchesGolden(`options/asked-${name}.json`, textOf({ ...k6Options(config) }));
  }
});

test('percentiles that k6 is asked for', () => {
  matchesGolden('options/trend-stats.txt', `${DENSE_TREND_STATS.join('\n')}\n`);
});

test('submetrics that the monitor needs', () => {
  matchesGolden('options/monitor-submetrics.txt', `${monitorMetrics(monitor).join('\n')}\n`);
});

test('MONITOR=off watches nothing', () => {
  const config = loadConfig('heavy', { AUTH_TOKEN: 'a-token', MONITOR: 'off' });
  const { scenarios: off, thresholds } = k6Options(config);
  assert.deepEqual(Object.keys(off), ['heavy']);
  assert.ok(!Object.keys(thresholds).some((metric) => metric.startsWith('monitor')));
});

test('the tags of a run name its environment, its scenario, and which of several generators it is', () => {
  const env = { AUTH_TOKEN: 'a-token', TEST_ENV: 'ci' };
  assert.deepEqual(k6Options(loadConfig('heavy', env)).tags, { environment: 'ci', test: 'heavy' });
  const part = loadConfig('heavy', { ...env, PART: '2/4' });
  assert.deepEqual(k6Options(part).tags, { environment: 'ci', test: 'heavy', part: '2/4' });
});

test('every scenario has an entry point, and every entry point numbers', () => {
  const files = readdirSync(join(import.meta.dirname, '../scenarios')).map((name) => name.replace('.ts', ''));
  assert.deepEqual(files.sort(), [...names, 'overhead', 'attribution', 'capacity'].sort());
});
