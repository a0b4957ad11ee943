/** The complete options that k6 gets, of every scenario in every environment. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../lib/config/config.ts';
import { overheadConfig } from '../lib/config/overhead-config.ts';
import type { Env } from '../lib/config/variables.ts';
import { k6Options } from '../lib/load/options.ts';
import { overheadOptions } from '../lib/load/overhead-options.ts';
import { DENSE_TREND_STATS } from '../lib/result/quantiles.ts';
import { environments } from '../thresholds/environments.ts';
import { scenarios } from '../thresholds/scenarios.ts';
import type { EnvironmentName, ScenarioName } from '../thresholds/types.ts';
import { matchesGolden } from './golden.ts';

const names = Object.keys(scenarios) as ScenarioName[];

/** The options as text; the list of a few hundred percentiles, which is the same everywhere, stands in a file of its own. */
function textOf({ summaryTrendStats, ...options }: { summaryTrendStats: string[] }): string {
  assert.equal(summaryTrendStats, DENSE_TREND_STATS);
  return `${JSON.stringify(options, null, 2)}\n`;
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
  test(`options of overhead in ${environment}`, () => {
    if (environments[environment as EnvironmentName].switching === undefined) {
      assert.throws(() => overheadConfig(env), /switching: missing/);
      return;
    }
    matchesGolden(
      `options/overhead-${environment}.json`,
      textOf({ ...overheadOptions(overheadConfig(env)) }),
    );
  });
}

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

test('every scenario has an entry point, and every entry point numbers', () => {
  const files = readdirSync(join(import.meta.dirname, '../scenarios')).map((name) => name.replace('.ts', ''));
  assert.deepEqual(files.sort(), [...names, 'overhead'].sort());
});
