import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import { ConfigError } from './config-error.ts';
import { overheadConfig } from './overhead-config.ts';
import type { Env } from './variables.ts';

const limits = { cpuMsPerRequest: 2 };
const fixture = { ...fixtureEnvironment, overhead: { ...fixtureEnvironment.overhead, limits } };
const configOf = (env: Env) =>
  overheadConfig({ TEST_ENV: 'fixture', SEED: '1', ...env }, { environments: { fixture } });

test('limits on costs stand on watching the target, and on arms that are apart', () => {
  assert.deepEqual(configOf({}).costLimits, limits);
  for (const [name, env] of [
    ['cost-limits-unwatched', { MONITOR: 'off' }],
    ['cost-limits-by-header', { MODE: 'header', BLOCKS: '20', RATE: '200' }],
  ] as const)
    assert.throws(
      () => configOf(env),
      (error) => error instanceof ConfigError && error.message.includes(ending(name).says),
      name,
    );
});

test('an A/A run is not judged by them', () => {
  assert.deepEqual(configOf({ TREATMENT: 'none' }).costLimits, {});
});
