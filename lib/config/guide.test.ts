/** What is shipped in thresholds/scenarios.ts are the guide's loads and limits; a team's own numbers are no error. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { scenarios } from '../../thresholds/scenarios.ts';
import { loadConfig } from './config.ts';

/** The guide's "Test Scenarios" and its load-test command. */
const table = {
  light: { total: 100, users: 5, p95Ms: 50 },
  medium: { total: 1_000, users: 10, p95Ms: 100 },
  heavy: { total: 5_000, users: 50, p95Ms: 150 },
  stress: { total: 10_000, users: 100, p95Ms: 200 },
  'load-test': { total: 1_000, users: 10, p95Ms: 150 },
} as const;
/** The `options` of the guide's k6 script. */
const script = {
  stages: [
    { duration: '30s', target: 10 },
    { duration: '1m', target: 50 },
    { duration: '30s', target: 100 },
    { duration: '1m', target: 100 },
    { duration: '30s', target: 0 },
  ],
  limits: { p95Ms: 150, errorRate: 0.01, slowIsError: true },
};

const names = Object.keys(table) as (keyof typeof table)[];
const own = [
  ...names.filter((name) => {
    const { load, limits } = scenarios[name];
    const { total, users } = load.iterations;
    return !isDeepStrictEqual({ total, users, p95Ms: limits.p95Ms }, table[name]);
  }),
  ...(isDeepStrictEqual({ stages: scenarios.ramp.load.stages, limits: scenarios.ramp.limits }, script)
    ? []
    : ['ramp']),
];
const skip = own.length > 0 && `thresholds/scenarios.ts has numbers of its own: ${own.join(', ')}`;

test('the guide’s table and its script are the defaults', { skip }, () => {
  const environments = { local: { baseUrl: 'http://target', auth: { type: 'none' } } } as const;
  for (const name of names) {
    const { load, limits } = loadConfig(name, { LOAD: 'iterations' }, { environments });
    assert.equal(load.shape, 'iterations');
    assert.deepEqual({ total: load.total, users: load.users, p95Ms: limits.p95Ms }, table[name]);
  }
  const { load, limits } = loadConfig('ramp', {}, { environments });
  assert.deepEqual(load, { shape: 'stages', thinkTimeSeconds: 1, stages: script.stages });
  assert.deepEqual(limits, script.limits);
});
