import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberIn } from './numbers.ts';

const prometheus = `# TYPE otelcol_receiver_accepted_spans counter
otelcol_receiver_accepted_spans{receiver="otlp",transport="grpc"} 1.2e+03
otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} 34
otelcol_receiver_refused_spans{receiver="otlp"} 7
`;

test('a number of an answer, by path or by pattern', () => {
  const pattern = '^otelcol_receiver_accepted_spans(?:\\{.*\\})? (\\S+)$';
  assert.equal(numberIn(prometheus, { pattern }), 1_234);
  assert.equal(numberIn(prometheus, { pattern: 'exporter_sent_spans (\\S+)' }), null);
  assert.equal(numberIn('{"spans":{"received":12}}', { readAt: 'spans.received' }), 12);
  assert.equal(numberIn('{"spans":{"received":"12"}}', { readAt: 'spans.received' }), 12);
  assert.equal(
    numberIn('[{"at":"2026-01-02T03:04:05Z"}]', { readAt: '0.at' }),
    Date.UTC(2026, 0, 2, 3, 4, 5),
  );
  assert.equal(numberIn('42', { readAt: '' }), 42);
});

test('what is no number is none', () => {
  for (const body of ['', 'spans', '{"spans":null}', '{"spans":""}', '{"spans":true}', '{"spans":{"a":1}}'])
    assert.equal(numberIn(body, { readAt: 'spans' }), null, body);
  assert.equal(numberIn('spans NaN', { pattern: 'spans (\\S+)' }), null);
});
