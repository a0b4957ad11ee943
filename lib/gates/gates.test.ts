import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Load } from '../config/load.ts';
import { ConfigError } from '../config/config-error.ts';
import { ABORT_AFTER_20_S, expression, gatesOf, k6Thresholds } from './gates.ts';

const iterations = (total: number): Load => ({
  shape: 'iterations',
  total,
  users: 5,
  maxDuration: '10m',
  thinkTimeSeconds: 0,
});
const rate = (perSecond: number): Load => ({
  shape: 'rate',
  perSecond,
  duration: '1m',
  users: 5,
  thinkTimeSeconds: 0,
});
const stages: Load = { shape: 'stages', stages: [{ duration: '1m', target: 5 }], thinkTimeSeconds: 1 };
const limits = { p95Ms: 150, errorRate: 0.01 };

/** The floors of a load: of all requests, and of the successful ones. */
function floors(load: Load, errorRate = 0.01): number[] {
  return gatesOf({ scenario: 'heavy', load, limits: { errorRate } })
    .filter(({ kind }) => kind === 'floor')
    .map(({ limit }) => limit);
}

test('floors follow from the plan and the error limit, and are never below 20', () => {
  assert.deepEqual(floors(iterations(5_000)), [5_000, 4_950]);
  assert.deepEqual(floors(iterations(20)), [20, 20]);
  assert.deepEqual(floors(iterations(100), 0.005), [100, 100], 'a part of a request counts as one');
  assert.deepEqual(floors(iterations(100), 0.9), [100, 20]);
  assert.deepEqual(floors(iterations(100), 1), [100, 20]);
  assert.deepEqual(floors(rate(10)), [594, 589], '99 % of the arrivals, and 99 % of those');
  assert.deepEqual(floors(stages), [20, 20]);
});

test('a plan that is too small to judge is refused', () => {
  assert.throws(() => floors(iterations(19)), ConfigError);
  assert.throws(
    () => floors(rate(1 / 3)),
    /^ConfigError: RATE: plans 20 requests; expected 21 requests or more/,
    'k6 may start the last arrival too late, and 20 are needed',
  );
  assert.deepEqual(floors(rate(0.35)), [20, 20]);
});

test('every limit stands with floors on the same requests', () => {
  const gates = gatesOf({ scenario: 'heavy', load: rate(10), limits: { ...limits, p99Ms: 300 } });
  assert.deepEqual(
    gates.map((gate) => `${gate.metric} ${expression(gate)}`),
    [
      'http_req_duration{kind:workflow,expected_response:true} p(95)<150',
      'http_req_duration{kind:workflow,expected_response:true} p(99)<300',
      'errors rate<0.01',
      'dropped_iterations{scenario:heavy} count<=0',
      'http_reqs{kind:workflow} count>=594',
      'http_reqs{kind:workflow,expected_response:true} count>=589',
    ],
  );
});

test('a limit of no error at all can be kept', () => {
  const [gate] = gatesOf({ scenario: 'smoke', load: stages, limits: { errorRate: 0 } });
  assert.ok(gate);
  assert.equal(expression(gate), 'rate<=0');
});

test('limits may abort a run, floors never', () => {
  const gates = gatesOf({ scenario: 'heavy', load: rate(10), limits });
  const stopping = Object.entries(k6Thresholds(gates, ABORT_AFTER_20_S)).flatMap(([metric, thresholds]) =>
    thresholds.some(({ abortOnFail }) => abortOnFail) ? [metric] : [],
  );
  const ofLimits = gates.filter(({ kind }) => kind === 'limit').map(({ metric }) => metric);
  assert.deepEqual(stopping, ofLimits);
  assert.ok(!JSON.stringify(k6Thresholds(gates, null)).includes('abort'));
});

test('two limits of one metric become two thresholds of it', () => {
  const gates = gatesOf({ scenario: 'heavy', load: stages, limits: { ...limits, p99Ms: 300 } });
  const thresholds = k6Thresholds(gates, null)['http_req_duration{kind:workflow,expected_response:true}'];
  assert.deepEqual(thresholds, [{ threshold: 'p(95)<150' }, { threshold: 'p(99)<300' }]);
});
