import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import type { Environment, Switching } from '../../thresholds/types.ts';
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

const byHeader = {
  by: 'header',
  header: { name: 'X-Flags', value: '{flags}' },
  proof: [{ by: 'echo', header: 'x-flags' }],
} satisfies Switching;
const wrongPlans: [what: string, env: Env, line: RegExp, changes?: { switching: Switching | undefined }][] = [
  ['too few blocks', { BLOCKS: '4' }, /^overhead plan: 4 blocks in toggle mode; expected at least 5/],
  ['too few requests', { RATE: '10' }, /per arm and block; expected at least 200/],
  ['a ramp', { RATE: '1s:100' }, /^RATE: '1s:100'; expected requests per second/],
  ['an arm that is none', { TREATMENT: 'everything' }, /^TREATMENT: 'everything'; allowed: none, all, or/],
  ['no mode', { MODE: 'runs' }, /^MODE: 'runs'; allowed: toggle, header/],
  ['neither on nor off', { EARLY_STOP: 'no' }, /^EARLY_STOP: 'no'; allowed: on, off/],
  ['nothing to switch by', {}, /switching: missing/, { switching: undefined }],
  ['no admin call', { MODE: 'toggle' }, /switching.by: 'header' in toggle mode/, { switching: byHeader }],
];

for (const [what, env, line, changes = {}] of wrongPlans) {
  test(`a plan that cannot be run is refused in one line: ${what}`, () => {
    const environments = { fixture: { ...fixture, ...changes } as Environment };
    assert.throws(
      () => overheadConfig({ TEST_ENV: 'fixture', SEED: '1', ...env }, { environments }),
      (error) => error instanceof ConfigError && line.test(error.message) && !error.message.includes('\n'),
    );
  });
}
