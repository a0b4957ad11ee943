import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SummaryMetric } from './jslib/summary-data.ts';
import { gatesOf } from '../gates/gates.ts';
import { gateResults } from './gate-results.ts';

const gates = gatesOf({
  scenario: 'heavy',
  load: { shape: 'stages', stages: [{ duration: '1m', target: 5 }], thinkTimeSeconds: 1 },
  limits: { p95Ms: 150, errorRate: 0.01 },
});
const [latency, errors, , successful] = gates.map(({ metric }) => metric);

/** A metric as k6 hands it over, judged by one threshold. */
function metric(
  values: Record<string, number>,
  threshold?: [expression: string, ok: boolean],
): SummaryMetric {
  const judged = threshold && { thresholds: { [threshold[0]]: { ok: threshold[1] } } };
  return { type: 'trend', contains: 'time', values, ...judged };
}

/** `status observed` of the gate of a metric. */
function resultOf(name: string | undefined, value: SummaryMetric | undefined): string {
  assert.ok(name);
  const found = gateResults(gates, { metrics: { [name]: value } }).find((gate) => gate.metric === name);
  return `${found?.status ?? ''} ${String(found?.observed)}`;
}

test('what k6 judged, and what it saw', () => {
  const p95 = 'p(95)<150';
  assert.equal(resultOf(latency, metric({ count: 50, 'p(95)': 120 }, [p95, true])), 'passed 120');
  assert.equal(resultOf(latency, metric({ count: 50, 'p(95)': 160 }, [p95, false])), 'failed 160');
  assert.equal(resultOf(errors, metric({ rate: 0, passes: 0, fails: 50 }, ['rate<0.01', true])), 'passed 0');
  assert.equal(resultOf(successful, metric({ count: 3 }, ['count>=20', false])), 'too few samples 3');
});

test('no sample is no observation, though k6 passes it and says 0', () => {
  assert.equal(
    resultOf(latency, metric({ count: 0, 'p(95)': 0 }, ['p(95)<150', true])),
    'too few samples null',
  );
  assert.equal(
    resultOf(errors, metric({ rate: 0, passes: 0, fails: 0 }, ['rate<0.01', true])),
    'too few samples null',
  );
});

test('what k6 was told not to judge is not gated, missing metrics included', () => {
  assert.equal(resultOf(latency, metric({ count: 50, 'p(95)': 999 })), 'not gated 999');
  assert.equal(resultOf(latency, undefined), 'not gated null');
  assert.equal(resultOf(successful, undefined), 'not gated 0');
});
