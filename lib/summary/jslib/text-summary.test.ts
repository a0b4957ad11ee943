import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { textSummary, type SummaryData, type SummaryMetric, type TextSummaryOptions } from 'k6-jslib-summary';

const golden = (name: string) =>
  readFileSync(new URL(`../../../test/golden/jslib/${name}`, import.meta.url), 'utf8');

interface GoldenCase {
  data: string;
  options: TextSummaryOptions;
  text: string;
}

/** Summaries of real k6 runs and a generated one, with the lines that k6's public library prints for them. */
const cases = JSON.parse(golden('cases.json')) as GoldenCase[];

for (const { data, options, text } of cases) {
  test(`the lines of ${text} for ${data} with ${JSON.stringify(options)}`, () => {
    assert.equal(textSummary(JSON.parse(golden(data)) as SummaryData, options), golden(text));
  });
}

const counter: SummaryMetric = { type: 'counter', contains: 'default', values: { count: 1, rate: 2 } };
const plain = { enableColors: false } as const;

function summary(parts: Partial<SummaryData>): SummaryData {
  return { options: {}, root_group: { name: '', groups: [], checks: [] }, metrics: {}, ...parts };
}

test('nothing measured is an empty text', () => {
  assert.equal(textSummary(summary({})), '');
});

test('metrics come sorted, whatever their order, submetrics after their metric', () => {
  const names = ['vus{b:1}', 'vus_max', 'http_reqs', 'vus', 'http_req_failed', 'vus{a:1}'];
  const metrics = Object.fromEntries(names.map((name) => [name, counter]));
  const lines = textSummary(summary({ metrics }), plain).split('\n');
  assert.deepEqual(
    lines.map((line) => line.replace(/\.+:.*/, '').trim()),
    ['http_req_failed', 'http_reqs', 'vus', '{ a:1 }', '{ b:1 }', 'vus_max'],
  );
});

test('an accent written as a character of its own takes no column', () => {
  const metrics = { 'm1{x:e\u0301}': counter, 'm1{x:ef}': counter };
  assert.deepEqual(textSummary(summary({ metrics }), plain).split('\n'), [
    '       { x:e\u0301 }....: 1 2/s',
    '       { x:ef }...: 1 2/s',
  ]);
});

test('columns given by the caller win over those of the run, of which there may be a thousand', () => {
  const stats = Array.from({ length: 1001 }, (_, i) => `p(${i / 10})`);
  const values = Object.fromEntries(stats.map((stat, i) => [stat, i]));
  const data = summary({
    options: { summaryTrendStats: stats, summaryTimeUnit: 's' },
    metrics: { http_req_duration: { type: 'trend', contains: 'time', values } },
  });
  assert.equal(
    textSummary(data, { ...plain, summaryTrendStats: ['p(50)', 'p(95)'], summaryTimeUnit: 'ms' }),
    '     http_req_duration...: p(50)=500.00ms p(95)=950.00ms',
  );
});

test('without columns anywhere a trend gets those of k6', () => {
  const values = { avg: 1, min: 1, med: 1, max: 1, 'p(90)': 1, 'p(95)': 1 };
  const metrics = { t1: { type: 'trend', contains: 'default', values } };
  assert.equal(
    textSummary({ root_group: summary({}).root_group, metrics }, plain),
    '     t1...: avg=1 min=1 med=1 max=1 p(90)=1 p(95)=1',
  );
});

test('a value that is missing or not finite reads n/a and does not throw', () => {
  const metrics: SummaryData['metrics'] = {
    c1: { type: 'counter', contains: 'data', values: {} },
    g1: { type: 'gauge', contains: 'time', values: { value: Number.NaN, min: 0, max: Infinity } },
    r1: { type: 'rate', contains: 'default', values: {} },
    t1: { type: 'trend', contains: 'time', values: { avg: 5 } },
  };
  assert.deepEqual(
    textSummary(summary({ metrics }), { ...plain, summaryTrendStats: ['avg', 'p(95)'] }).split('\n'),
    [
      '     c1...: n/a n/a/s',
      '     g1...: n/a min=0s max=n/a',
      '     r1...: n/a ✓ n/a  ✗ n/a  ',
      '     t1...: avg=5ms p(95)=n/a',
    ],
  );
});

test('a metric of an unknown type has no data and does not throw', () => {
  const metrics = { h1: { type: 'histogram', contains: 'time', values: { avg: 1 } } };
  assert.equal(textSummary(summary({ metrics }), plain), '     h1...: [no data]');
});

test('a check that failed once of many is never shown as 100 %', () => {
  const root_group = { name: '', groups: [], checks: [{ name: 'up', passes: 99_999, fails: 1 }] };
  assert.match(textSummary(summary({ root_group }), plain), /↳ {2}99% — ✓ 99999 \/ ✗ 1/);
});

test('no name reaches the terminal with a control character in it', () => {
  const hostile = 'a\u001b[2J\u0007\nforged ✓\r\t\u009b31m\u0000\u007f\u202e\u2028\u061c';
  const data = summary({
    root_group: {
      name: '',
      checks: [{ name: hostile, passes: 1, fails: 1 }],
      groups: [{ name: hostile, checks: [{ name: 'ok', passes: 1, fails: 0 }], groups: [] }],
    },
    metrics: { [`http_reqs{x:${hostile}}`]: counter, [hostile]: counter },
  });
  const escaped = 'a\\u001b[2J\\u0007\\nforged ✓\\r\\t\\u009b31m\\u0000\\u007f\\u202e\\u2028\\u061c';

  const lines = textSummary(data, plain).split('\n');
  assert.deepEqual(lines, [
    `     ✗ ${escaped}`,
    '      ↳  50% — ✓ 1 / ✗ 1',
    '',
    `     █ ${escaped}`,
    '',
    '       ✓ ok',
    '',
    `     ${escaped}...........: 1 2/s`,
    `       { x:${escaped} }...: 1 2/s`,
  ]);
  for (const line of lines) {
    // Every control character, as a terminal would see it.
    assert.doesNotMatch(line, /\p{Cc}|\p{Zl}|\p{Bidi_Control}/u);
  }
});

test('colours are only our own and every one is ended', () => {
  const text = textSummary(summary({ metrics: { '\u001b[31mred': counter } }));
  assert.equal(
    text,
    '     \\u001b[31mred\u001b[2m...:\u001b[0m \u001b[36m1\u001b[0m \u001b[36;2m2/s\u001b[0m',
  );
});
