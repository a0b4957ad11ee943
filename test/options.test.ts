/** The options that k6 gets: complete for one scenario of a small environment, for the others what differs from it. */
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
import { DENSE_TREND_STATS } from '../lib/metrics/quantiles.ts';
import { environments } from '../thresholds/environments.ts';
import { scenarios } from '../thresholds/scenarios.ts';
import type { EnvironmentName, ScenarioName } from '../thresholds/types.ts';
import { fixtureSources } from './support/fixture-environment.ts';
import { matchesGolden } from './support/golden.ts';

const names = Object.keys(scenarios) as ScenarioName[];
const fixture: Env = { TEST_ENV: 'fixture', SEED: '1' };

type Options = K6Options | OverheadOptions;

const optionsOf = (scenario: ScenarioName, env: Env = {}) =>
  k6Options(loadConfig(scenario, { ...fixture, ...env }, fixtureSources));

/** The options but for the list of a few hundred percentiles, which is the same everywhere. */
function withoutPercentiles({ summaryTrendStats, ...options }: Options) {
  assert.equal(summaryTrendStats, DENSE_TREND_STATS);
  return options;
}

/** Each value with the way to it, one a line. */
function lines(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return [`${path}: ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, inner]) =>
    lines(inner, path === '' ? key : `${path} › ${key}`),
  );
}

const base = optionsOf('heavy');

/** Submetrics of later blocks and tries are those of the first ones over again. */
const repeated = /block:(?!1\b)|try:(?!1\b)/;

/** What differs from the base: lines that are gone, then lines that are there; what is repeated is counted. */
function difference(options: Options): string {
  const [before, after] = [base, options].map((one) => lines(withoutPercentiles(one)));
  const gone = before?.filter((line) => !after?.includes(line)) ?? [];
  const added = after?.filter((line) => !before?.includes(line)) ?? [];
  const once = added.filter((line) => !repeated.test(line));
  const more =
    once.length < added.length ? [`and ${added.length - once.length} of later blocks and tries`] : [];
  return [...gone.map((line) => `- ${line}\n`), ...[...once, ...more].map((line) => `+ ${line}\n`)].join('');
}

test('options of heavy, complete', () => {
  matchesGolden('options/heavy.json', `${JSON.stringify(withoutPercentiles(base), null, 2)}\n`);
});

for (const scenario of names.filter((name) => name !== 'heavy')) {
  test(`options of ${scenario}`, () => {
    matchesGolden(`options/${scenario}.diff`, difference(optionsOf(scenario)));
  });
}

const asked: Record<string, Env> = {
  stages: { STAGES: '30s:10,1m:50', P95: '120', ERROR_RATE: '0.005' },
  iterations: { ITERATIONS: '5000', CONCURRENCY: '50', ABORT: 'true' },
  'few-iterations': { ITERATIONS: '20', CONCURRENCY: '50', THINK_TIME: '0.5' },
  rate: { RATE: '200' },
  'slow-rate': { RATE: '2.5' },
  'ramped-rate': { RATE: '30s:100,1m:200' },
  part: { ITERATIONS: '5000', PART: '2/4' },
};
for (const [name, env] of Object.entries(asked)) {
  test(`options of heavy with ${Object.keys(env).join(', ')}`, () => {
    matchesGolden(`options/asked-${name}.diff`, difference(optionsOf('heavy', env)));
  });
}

const experiments: Record<string, () => Options> = {
  overhead: () => overheadOptions(overheadConfig(fixture, fixtureSources)),
  attribution: () => overheadOptions(attributionConfig(fixture, fixtureSources)),
  capacity: () => capacityOptions(capacityConfig(fixture, fixtureSources)),
};
for (const [name, options] of Object.entries(experiments)) {
  test(`options of ${name}`, () => {
    matchesGolden(`options/${name}.diff`, difference(options()));
  });
}

test('every scenario has options in every environment of thresholds/', () => {
  for (const environment of Object.keys(environments)) {
    const env: Env = { TEST_ENV: environment, CONFIRM: environment, AUTH_TOKEN: 'a-token' };
    for (const scenario of names) {
      const { thresholds, tags } = k6Options(loadConfig(scenario, env));
      assert.deepEqual(tags, { environment, test: scenario });
      assert.ok(Object.values(thresholds).flat().length >= 3, 'an error rate and two floors');
    }
    for (const configOf of [overheadConfig, attributionConfig]) {
      const { switching } = environments[environment as EnvironmentName];
      // What is switched by a header alone wants to be asked so.
      const mode: Env = switching?.by !== 'call' ? { MODE: 'header' } : {};
      if (switching === undefined) assert.throws(() => configOf(env), /switching: missing/);
      else assert.ok(overheadOptions(configOf({ ...env, ...mode })).thresholds.overhead_verdicts);
    }
  }
});

test('percentiles that k6 is asked for', () => {
  matchesGolden('options/trend-stats.txt', `${DENSE_TREND_STATS.join(' ')}\n`);
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
