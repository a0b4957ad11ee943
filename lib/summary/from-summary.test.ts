import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { loadConfig } from '../config/config.ts';
import type { Env } from '../config/variables.ts';
import { resultOfLoad } from './from-summary.ts';
import { parseRunResult, runResultSchema, type RunResult } from '../result/run-result.ts';
import { SETUP_FAILURE } from '../metrics/setup-data.ts';
import type { SummaryMetric } from './jslib/summary-data.ts';
import { fixtureSources } from '../../test/support/fixture-environment.ts';
import { metric, summary, trend } from '../../test/support/summaries.ts';
import { describe } from '../report/describe.ts';
import { textOf } from '../report/text.ts';

const workflow = 'kind:workflow';
const successful = `${workflow},expected_response:true`;
const endedAt = new Date('2026-01-02T03:04:05.678Z');

const fixture: Env = { TEST_ENV: 'fixture', SEED: '1', P95: '150', ERROR_RATE: '0.01' };

/** The metrics of 40 requests, 40 iterations, all well. */
const well: Record<string, SummaryMetric> = {
  [`http_req_duration{${successful}}`]: {
    ...trend(Array.from({ length: 40 }, (_, i) => 10 + i)),
    thresholds: { 'p(95)<150': { ok: true } },
  },
  [`http_req_duration{${workflow}}`]: trend(Array.from({ length: 40 }, (_, i) => 10 + i)),
  [`http_reqs{${workflow}}`]: metric('counter', { count: 40 }, { 'count>=40': true }),
  [`http_reqs{${successful}}`]: metric('counter', { count: 40 }, { 'count>=40': true }),
  errors: metric('rate', { rate: 0, passes: 0, fails: 40 }, { 'rate<0.01': true }),
  iterations: metric('counter', { count: 40 }),
};

/** @param setupMs how much of the time was setup's; absent where it told nothing */
function resultOf(
  metrics: Record<string, SummaryMetric | undefined>,
  env: Env = {},
  ms = 60_000,
  setupMs?: number,
): RunResult {
  const config = loadConfig('heavy', { ...fixture, ITERATIONS: '40', ...env }, fixtureSources);
  const data = summary({ ...well, ...metrics }, ms);
  const loadStartedAt = endedAt.getTime() - ms + (setupMs ?? 0);
  const setup_data = setupMs === undefined ? {} : { setup_data: { switchedBy: null, loadStartedAt } };
  return resultOfLoad(config, { ...data, ...setup_data }, { endedAt, commit: 'abc' });
}

test('a good run passes, and its result fits its own schema and reads back as it was', () => {
  const result = resultOf({});
  assert.deepEqual(result.outcome, { status: 'passed', reason: 'every gate holds' });
  assert.ok(v.is(runResultSchema, result));
  assert.deepEqual(parseRunResult(JSON.stringify(result), 'a.json'), JSON.parse(JSON.stringify(result)));
  assert.equal(result.run.startedAt, '2026-01-02T03:03:05.678Z');
  assert.equal(result.run.commit, 'abc');
  assert.equal(result.run.complete, true);
  assert.equal(result.requests.perSecond, 40 / 60);
});

const slow = {
  [`http_req_duration{${successful}}`]: { ...trend([200]), thresholds: { 'p(95)<150': { ok: false } } },
};

test('how a run ended', () => {
  const few = { iterations: metric('counter', { count: 7 }) };
  const cases: [string, RunResult, RunResult['outcome']['status']][] = [
    ['crossed', resultOf(slow), 'failed'],
    ['stopped', resultOf(few), 'interrupted'],
    ['stopped after a limit was crossed', resultOf({ ...few, ...slow }), 'interrupted'],
    ['ended by a limit', resultOf({ ...few, ...slow }, { ABORT: 'true' }), 'failed'],
    ['given up after four minutes', resultOf({ ...few, ...slow }, {}, 240_000), 'failed'],
    ['no target', resultOf({ ...few, [SETUP_FAILURE]: metric('gauge', { value: 401 }) }), 'not run'],
  ];
  for (const [what, { outcome, run }, status] of cases) {
    assert.equal(outcome.status, status, what);
    assert.equal(run.complete, what === 'crossed', what);
  }
});

test('a run is complete when k6 did what was planned, and not by a duration to the millisecond', () => {
  const arrivals = (count: number, dropped = 0) => ({
    'iterations{scenario:heavy}': metric('counter', { count }),
    // The user that watches the target has one as well.
    iterations: metric('counter', { count: count + 1 }),
    dropped_iterations: metric('counter', { count: dropped }),
  });
  const ramp = { ITERATIONS: undefined, RATE: '12s:60' };
  const stages = { ITERATIONS: undefined, STAGES: '30s:50,1m:50,15s:0' };
  const ofThree = { ...ramp, PART: '3/3' };
  const ofFour = { ...stages, PART: '4/4' };
  const cases: [string, RunResult, complete: boolean][] = [
    ['all arrivals of a ramp, a moment before its end', resultOf(arrivals(360), ramp, 11_998), true],
    ['all but the one that k6 loses to rounding', resultOf(arrivals(359), ramp, 11_983), true],
    ['some of them dropped', resultOf(arrivals(300, 60), ramp, 11_998), true],
    ['stopped before the last two', resultOf(arrivals(358), ramp, 11_950), false],
    ['a generator too slow for its arrivals', resultOf(arrivals(340), ramp, 12_001), true],
    ['a part has its share', resultOf(arrivals(89), { ...ramp, PART: '4/4' }, 11_900), true],
    ['a part without', resultOf(arrivals(88), { ...ramp, PART: '4/4' }, 11_900), false],
    ['the one of four users that a part of three has', resultOf(arrivals(89), ofThree, 11_900), true],
    ['fewer than that', resultOf(arrivals(88), ofThree, 11_900), false],
    ['the last user has stopped', resultOf({}, stages, 105_001), true],
    ['by a clock that is being set', resultOf({}, stages, 104_999), true],
    ['users stopped a second early', resultOf({}, stages, 104_100), false],
    ['the last user of a part', resultOf({}, ofFour, 104_387), true],
    ['a part a second before that', resultOf({}, ofFour, 103_100), false],
    ['setup is no part of the load', resultOf({}, stages, 106_000, 2_000), false],
    ['a long setup, and all of the load', resultOf({}, stages, 125_100, 20_000), true],
  ];
  for (const [what, { run, outcome }, complete] of cases) {
    assert.equal(run.complete, complete, what);
    assert.equal(outcome.status === 'interrupted', !complete, what);
  }
});

test('a summary without anything, as after a failed setup, gives a result and no number', () => {
  const config = loadConfig('heavy', fixture, fixtureSources);
  const result = resultOfLoad(config, summary({}, 0), { endedAt, commit: null });
  assert.ok(v.is(runResultSchema, result));
  assert.deepEqual(
    [result.latency.successful, result.latency.all, result.requests.errorRate, result.requests.perSecond],
    [null, null, null, 0],
  );
});

test('the text has one line with P95:, and shows what comes from outside escaped', () => {
  const result = resultOf({});
  const checks = [{ name: 'evil\nP95: 1.0 ms\u001b[2J', passes: 1, fails: 0 }];
  const text = textOf(describe({ ...result, checks }));
  const lines = text.split('\n').filter((line) => /^\s*P95:/.test(line));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^ {2}P95: +47\.[01] ms$/);
  assert.ok(!text.includes('\u001b'));
  const none = textOf(describe(resultOf({ [`http_req_duration{${successful}}`]: trend([]) })));
  assert.ok(!none.includes('P95: '), none);
});

test('what is no result is refused in one line', () => {
  const wrong: [string, RegExp][] = [
    ['', /^Error: a\.json: not JSON, or cut short/],
    ['{"schemaVersion":1', /^Error: a\.json: not JSON, or cut short/],
    ['{"schemaVersion":2}', /^Error: a\.json: schemaVersion: /],
    ['[]', /^Error: a\.json: /],
  ];
  for (const [text, message] of wrong) assert.throws(() => parseRunResult(text, 'a.json'), message);
});
