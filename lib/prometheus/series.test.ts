import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoted, selector, seriesOf } from './series.ts';

test('a metric of k6 by the name that remote write gives it', () => {
  const named: Record<string, [metric: string, aggregate: string]> = {
    'k6_http_req_duration_p95{kind="workflow",expected_response="true"}': [
      'http_req_duration{kind:workflow,expected_response:true}',
      'p(95)',
    ],
    'k6_http_req_duration_p99.9': ['http_req_duration', 'p(99.9)'],
    k6_http_req_duration_med: ['http_req_duration', 'med'],
    k6_errors_rate: ['errors', 'rate'],
    'k6_monitor{limit="dropped"}': ['monitor{limit:dropped}', 'value'],
    // The label `test` says which scenario it is.
    k6_dropped_iterations_total: ['dropped_iterations{scenario:heavy}', 'count'],
    'k6_x{url="http://h:1/p"}': ['x{url:http://h:1/p}', 'value'],
  };
  for (const [name, [metric, aggregate]] of Object.entries(named)) {
    assert.equal(selector(seriesOf(metric, aggregate)), name);
  }
  assert.equal(selector(seriesOf('vus', 'value'), ['test=~".*"']), 'k6_vus{test=~".*"}');
});

test('a string is quoted as PromQL takes it', () => {
  assert.equal(quoted('a "b" \\ c\n'), '"a \\"b\\" \\\\ c\\n"');
});
