/** For tests: an environment and loads of their own, small and whole, so that no number of thresholds/ shows in a test. */
import type { Sources } from '../../lib/config/config.ts';
import type { Environment, LoadProfile, ScenarioName, ScenarioProfile } from '../../thresholds/types.ts';

export const fixtureEnvironment = {
  baseUrl: 'https://fixture.example.com',
  auth: { type: 'none' },
  api: { timeoutMs: 2_000 },
  switching: {
    by: 'call',
    write: { method: 'PUT', path: '/flags', body: { flags: '{settings}' } },
    timeoutMs: 3_000,
    proof: [
      { by: 'echo', header: 'X-Flags' },
      { by: 'read', method: 'GET', path: '/flags', readAt: 'flags' },
    ],
    header: { name: 'X-Flags', value: '{settings}' },
  },
  monitor: {
    intervalMs: 500,
    timeoutMs: 1_000,
    drainMs: 1_000,
    paths: ['/stats'],
    errorsPath: '/errors',
    series: [{ kind: 'queue', unit: 'entries', pattern: '^(.+)[.]queued$' }],
  },
  overhead: {
    mode: 'toggle',
    budgetMs: 40,
    perSecond: 100,
    seconds: 5,
    settleSeconds: 1,
    warmUpSeconds: 2,
    blocks: 5,
    earlyStop: true,
    leastSeconds: 10,
    drainSeconds: 1,
    allowFaster: false,
    arrivals: 'poisson',
    baseline: 'none',
    treatment: 'all',
  },
  attribution: {
    design: 'half',
    perSecond: 100,
    seconds: 4,
    settleSeconds: 1,
    warmUpSeconds: 2,
    blocks: 5,
    leastSeconds: 10,
    drainSeconds: 1,
    arrivals: 'poisson',
  },
  capacity: {
    perSecond: 40,
    step: 1.5,
    resolution: 0.1,
    ceilingPerSecond: 100,
    seconds: 5,
    settleSeconds: 1,
    warmUpSeconds: 1,
    recoverySeconds: 2,
    deadlineMinutes: 9,
    blocks: 3,
    baseline: 'none',
    treatment: 'all',
    limits: { p95Ms: 70, errorRate: 0.03 },
  },
} satisfies Environment;

function load(shape: LoadProfile['shape'], users: number): LoadProfile {
  return {
    shape,
    stages: [
      { duration: '10s', target: users },
      { duration: '20s', target: users },
      { duration: '5s', target: 0 },
    ],
    iterations: { total: 100 * users, users, maxDuration: '4m' },
    rate: { perSecond: 3 * users, duration: '40s', users },
  };
}

const errorRate = 0.02;

export const fixtureScenarios: Readonly<Record<ScenarioName, ScenarioProfile>> = {
  smoke: { load: load('iterations', 1), limits: { errorRate } },
  light: { load: load('iterations', 2), limits: { p95Ms: 51, errorRate } },
  medium: { load: load('rate', 3), limits: { p95Ms: 52, errorRate } },
  heavy: { load: load('stages', 4), limits: { p95Ms: 53, errorRate } },
  stress: { load: load('stages', 5), limits: { p95Ms: 54, p99Ms: 90, errorRate } },
  ramp: { load: load('stages', 6), limits: { p95Ms: 55, errorRate, slowIsError: true } },
  'load-test': { load: load('iterations', 7), limits: { p95Ms: 56, errorRate } },
};

/** Hand it to what makes a configuration, with `TEST_ENV=fixture`. */
export const fixtureSources: Sources = {
  environments: { fixture: fixtureEnvironment },
  scenarios: fixtureScenarios,
};
