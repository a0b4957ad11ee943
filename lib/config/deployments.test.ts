import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import { apart, crossed } from '../../test/support/simulated-deployments.ts';
import type { Environment, Switching } from '../../thresholds/types.ts';
import { attributionConfig } from './attribution-config.ts';
import { capacityConfig } from './capacity-config.ts';
import { deploymentOf } from './deployments.ts';
import { armCalled } from './settings.ts';
import { overheadConfig } from './overhead-config.ts';

const env = { TEST_ENV: 'staging', SEED: '7' };
const sources = (switching: Switching, more: Partial<Environment> = {}) => {
  const staging: Environment = { ...fixtureEnvironment, switching, ...more };
  return { environments: { staging } };
};
const six = { overhead: { ...fixtureEnvironment.overhead, blocks: 6 } };

test('each arm has the deployment of its name, and the other one while they have exchanged their settings', () => {
  const { deployments, plan } = overheadConfig(env, sources(crossed, six));
  assert.equal(plan.deployments, 'crossed');
  assert.ok(deployments);
  assert.equal(deploymentOf(deployments, 'baseline', false), apart.urls.none);
  assert.equal(deploymentOf(deployments, 'baseline', true), apart.urls.all);
  assert.equal(deploymentOf(deployments, 'treatment', true), apart.urls.none);
  assert.equal(overheadConfig(env, sources(apart)).plan.deployments, 'apart');
});

test('an A/A run has both arms on one deployment, and nothing to exchange', () => {
  const { deployments, plan } = overheadConfig({ ...env, TREATMENT: 'none' }, sources(crossed));
  assert.equal(plan.deployments, undefined);
  assert.deepEqual(new Set(Object.values(deployments?.urls ?? {})), new Set([apart.urls.none]));
});

for (const [what, make, message] of [
  [
    'an arm without a deployment',
    () => overheadConfig({ ...env, TREATMENT: 'TRACK_MODEL_COSTS' }, sources(apart)),
    /^thresholds\/staging\.ts switching\.urls: no base URL for the arm 'TRACK_MODEL_COSTS'; expected one beside none, all$/,
  ],
  [
    'more arms than two with a swap',
    () => attributionConfig(env, sources({ ...crossed, urls: allArms() })),
    /switching\.swap: \d+ arms cannot exchange their settings; expected two arms, or no swap$/,
  ],
  [
    'a limit on what an arm costs',
    () => overheadConfig(env, sources(crossed, { overhead: { ...six.overhead, limits: { memoryMb: 10 } } })),
    /staging\.ts overhead\.limits: limits what an arm costs, and .* is asked at baseUrl alone/,
  ],
  [
    'too few blocks to see an exchange that works late',
    () => overheadConfig(env, sources(crossed)),
    /overhead plan: 5 blocks with a swap; expected at least 6/,
  ],
  [
    'an odd number of climbs',
    () => capacityConfig({ ...env, BLOCKS: '5' }, sources(crossed)),
    /capacity plan: 5 blocks with a swap; expected an even number from 4 on/,
  ],
  [
    'an uptime where nothing restarts',
    () =>
      overheadConfig(
        env,
        sources({ ...fixtureEnvironment.switching, proof: [{ by: 'uptime', path: '/up', readAt: '' }] }),
      ),
    /switching\.proof: 'uptime' where by is 'call', which restarts nothing; expected by: 'command', or another proof$/,
  ],
] as const)
  test(`refused: ${what}`, () => {
    assert.throws(make, { message });
  });

/** A deployment for each arm of the attribution. */
function allArms(): Record<string, string> {
  const { settings, plan } = attributionConfig(env, sources(fixtureEnvironment.switching));
  return Object.fromEntries(
    plan.arms.map(({ flags }, i) => [armCalled(settings, flags), `https://arm-${i}.example.com`]),
  );
}
