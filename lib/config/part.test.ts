import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatesOf } from '../gates/gates.ts';
import { k6Options } from '../load/options.ts';
import { besideBackground } from '../summary/result-of-summary.ts';
import { resultOfLoad } from '../summary/from-summary.ts';
import { reportName } from '../result/report-name.ts';
import { metric, summary } from '../../test/support/summaries.ts';
import { describe } from '../report/describe.ts';
import { textOf } from '../report/text.ts';
import { loadConfig } from './config.ts';
import { refusePart } from './part.ts';
import type { Env } from './variables.ts';

const endedAt = new Date('2026-01-02T03:04:05.678Z');
const load = (env: Env) => loadConfig('heavy', { AUTH_TOKEN: 'x', SEED: '1', ...env });

test('a part by its number, and by a name that ends in it, as a job of k6-operator has it', () => {
  assert.equal(load({}).part, null);
  assert.equal(load({ PART: '' }).part, null);
  assert.deepEqual(load({ PART: '2/4' }).part, { index: 2, of: 4, runId: null });
  assert.deepEqual(load({ PART: 'heavy-staging-20260102t030405-12/40', RUN_ID: 'nightly_7' }).part, {
    index: 12,
    of: 40,
    runId: 'nightly_7',
  });
});

for (const value of [
  '0/4',
  '5/4',
  '1/1',
  '2',
  '2/4/8',
  '-1/4',
  'two/4',
  '1.5/4',
  'heavy/4',
  '1/1001',
  '1/0x4',
]) {
  test(`PART=${value} is none`, () => {
    assert.throws(() => load({ PART: value }), {
      message: `PART: '${value}'; expected the part of one of 2 to 1000 load generators, such as 2/4, or a name that ends in it, such as heavy-2/4`,
    });
  });
}

test('what a part cannot do is refused in one line', () => {
  const cases: [Env, RegExp][] = [
    [{ PART: '1/51' }, /^PART: '1\/51', and the load has 50 users; expected at most as many parts as users$/],
    [{ PART: '1/4', ITERATIONS: '100', CONCURRENCY: '3' }, /^PART: '1\/4', and the load has 3 users/],
    [
      { PART: '1/4', ABORT: 'true' },
      /^ABORT: cannot be combined with PART: no part sees the whole load; expected no ABORT$/,
    ],
    [
      { PART: '1/4', ENABLE_OBSERVABILITY: 'false' },
      /^PART: a part would switch the whole target, as thresholds\/local.ts switching says; expected flags/,
    ],
    [{ PART: '1/4', RUN_ID: 'a b' }, /^RUN_ID: 'a b'; expected letters, digits/],
  ];
  for (const [env, message] of cases) assert.throws(() => load(env), { message });
  assert.throws(() => {
    refusePart({ PART: '1/4' });
  }, /^ConfigError: PART: '1\/4' with an experiment; expected no PART: one generator is the whole experiment/);
  refusePart({ PART: ' ' });
});

test('the gates of a part are recorded and not judged: k6 gets their metrics without a threshold', () => {
  const whole = load({ ITERATIONS: '400' });
  const part = load({ ITERATIONS: '400', PART: '1/4' });
  assert.deepEqual(gatesOf(part), gatesOf(whole), 'those of the whole load');
  const { thresholds } = k6Options(part);
  assert.deepEqual(Object.keys(thresholds).sort(), Object.keys(k6Options(whole).thresholds).sort());
  for (const [name, list] of Object.entries(thresholds)) assert.deepEqual(list, [], name);
});

test('the first part alone watches the target', () => {
  assert.ok(load({ PART: '1/2' }).monitor);
  assert.equal(load({ PART: '2/2' }).monitor, null);
  const { scenarios } = k6Options(load({ PART: '2/2' }));
  assert.deepEqual(Object.keys(scenarios), ['heavy']);
});

test('the result of a part: its share of the load, its segment, and no judgement', () => {
  const data = {
    ...summary({
      'iterations{scenario:heavy}': metric('counter', { count: 9 }),
      errors: metric('rate', { rate: 2 / 9, passes: 2, fails: 7 }),
    }),
    setup_data: { k6Version: '2.2.0', segment: '1/4:1/2 of 0,1/4,1/2,3/4,1' },
  };
  const config = load({ ITERATIONS: '40', PART: '2/4', RUN_ID: 'a' });
  const result = resultOfLoad(config, data, { endedAt, commit: null });
  assert.deepEqual(result.run.part, {
    index: 2,
    of: 4,
    runId: 'a',
    segment: '1/4:1/2 of 0,1/4,1/2,3/4,1',
    iterations: 9,
    judged: 9,
    errors: 2,
  });
  assert.equal(result.run.complete, true, 'how many were its own it does not know');
  assert.equal(result.outcome.status, 'not gated');
  assert.match(textOf(describe(result)), /^NOT GATED {2}part 2 of 4: /m);
  assert.equal(reportName('heavy', 'local', endedAt, config.part), 'heavy-local-20260102T030405678Z-2of4');
});

test('stages that ended too early are not whole, in a part as in any run', () => {
  const config = load({ STAGES: '1m:10', PART: '1/2' });
  const cut = resultOfLoad(config, summary({}, 30_000), { endedAt, commit: null });
  assert.equal(cut.run.complete, false);
  assert.equal(cut.outcome.status, 'interrupted');
});

test('a load in the background is part of what was loaded, and is noted', () => {
  const config = load({ BACKGROUND: 'heavy at 200/s by 4 generators' });
  const result = besideBackground(config, resultOfLoad(config, summary({}), { endedAt, commit: null }));
  assert.equal(result.configuration.load.background, 'heavy at 200/s by 4 generators');
  assert.match(textOf(describe(result)), /Load: .*; beside heavy at 200\/s by 4 generators$/m);
  assert.match(
    result.notes[0] ?? '',
    /^Other load was on the target meanwhile \(heavy at 200\/s by 4 generators\)/,
  );
  assert.equal(
    'background' in resultOfLoad(load({}), summary({}), { endedAt, commit: null }).configuration.load,
    false,
  );
  assert.throws(() => load({ BACKGROUND: 'a\nb' }), /^ConfigError: BACKGROUND: 'a b'|BACKGROUND: /);
});
