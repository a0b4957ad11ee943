import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import type { Environment } from '../../thresholds/types.ts';
import { capacityConfig } from './capacity-config.ts';
import { ConfigError } from './config-error.ts';
import type { Env } from './variables.ts';

const from = (env: Env, changes: Partial<Environment> = {}) =>
  capacityConfig(
    { TEST_ENV: 'fixture', SEED: '1', ...env },
    { environments: { fixture: { ...fixtureEnvironment, ...changes } } },
  );

test('BLOCKS and RATE change the ladder, and nothing else of it', () => {
  const { plan } = from({});
  assert.deepEqual(from({ BLOCKS: '7', RATE: '50' }).plan, { ...plan, blocks: 7, perSecond: 50 });
});

const wrong: [what: string, env: Env, line: RegExp, changes?: Partial<Environment>][] = [
  ['a protected environment', {}, /^CONFIRM: fixture is protected/, { protected: true }],
  ['too few blocks', { BLOCKS: '2' }, /^capacity plan: 2 blocks; expected at least 3/],
  [
    'a first rung above the ceiling',
    { RATE: '300' },
    /ceilingPerSecond of 100\/s is below the first rung; expected at least 300/,
  ],
  ['too few requests', { RATE: '20' }, /expected at least 200: 10 s, or 40\/s/],
  ['a ramp', { RATE: '1s:100' }, /^RATE: '1s:100'; expected requests per second/],
  ['header mode', { MODE: 'header' }, /^MODE: 'header'; expected toggle/],
];

for (const [what, env, line, changes] of wrong) {
  test(`a ladder that cannot be climbed is refused in one line: ${what}`, () => {
    assert.throws(
      () => from(env, changes),
      (error) => error instanceof ConfigError && line.test(error.message) && !error.message.includes('\n'),
    );
  });
}
