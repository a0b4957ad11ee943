import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import { ConfigError } from './config-error.ts';
import { exposureProblem, firstLook, recurrenceSeconds } from './exposure.ts';
import { overheadConfig } from './overhead-config.ts';
import type { Plan } from './experiment-plan.ts';

const plan: Plan = {
  mode: 'toggle',
  arms: [
    { name: 'off', flags: {} },
    { name: 'on', flags: {} },
  ],
  blocks: 20,
  rate: 100,
  seconds: 4,
  settleSeconds: 1,
  warmUpSeconds: 5,
  arrivals: 'poisson',
  seed: 'exposure',
};

test('latency decides after the seconds that are asked for, and never before the fifth block', () => {
  assert.equal(firstLook(plan, 0), 5);
  assert.equal(firstLook(plan, 20), 5);
  assert.equal(firstLook(plan, 21), 6);
  assert.equal(firstLook(plan, 180), 45);
  assert.equal(firstLook({ mode: 'header', seconds: 10 }, 180), 20);
});

test('what was looked for recurs within a third of the time under load', () => {
  assert.equal(recurrenceSeconds(plan, 45), 60);
});

test('an exposure longer than the plan is named with both', () => {
  assert.equal(exposureProblem(plan, 80), null);
  assert.deepEqual(exposureProblem(plan, 180), {
    wrong: 'leastSeconds 180, but 20 blocks of 4 s have each arm under load for 80 s',
    needed: 'at least 45 blocks (7.7 minutes), or leastSeconds 80',
  });
});

const overhead = { ...fixtureEnvironment.overhead, perSecond: 200, seconds: 2, blocks: 12 };
const sources = { environments: { local: { ...fixtureEnvironment, overhead } } };

test('a plan that is shorter is a wrong setting, which names both', () => {
  const { says } = ending('plan-shorter-than-exposure');
  assert.throws(
    () => overheadConfig({ LEAST_SECONDS: '180' }, sources),
    (error) => error instanceof ConfigError && error.message.includes(says),
  );
  const long = overheadConfig({ LEAST_SECONDS: '180', BLOCKS: '90' }, sources);
  assert.equal(long.leastSeconds, 180);
});
