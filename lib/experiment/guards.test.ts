import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  baselineErrorsGuard,
  carryOverGuard,
  echoGuard,
  errorBalanceGuard,
  experimentGuards,
  fasterGuard,
  latenessGuard,
  requestsGuard,
  settingsOfRunsGuard,
} from './guards.ts';
import type { ArmMeasurement } from './measurement.ts';
import { armOfP95s } from '../../test/support/arms.ts';

const arm = (name: string, errors = 0, requests = 1000): ArmMeasurement => ({
  ...armOfP95s(name, [100, 100, null]),
  requests,
  errors,
  blocks: [{ p95: 100, requests: 200 }, { p95: 100, requests: 200 }, null],
});

test('start lateness: 10 ms hold, more do not, nor does none measured', () => {
  assert.equal(latenessGuard(10).held, true);
  assert.equal(latenessGuard(10.01).held, false);
  assert.match(latenessGuard(1192).message, /1192\.0 ms \(at most 10 ms\): the load generator is saturated/);
  assert.equal(latenessGuard(NaN).held, false);
  assert.match(latenessGuard(NaN).message, /not measured/);
});

test('requests: as planned in each measured block', () => {
  assert.equal(requestsGuard([arm('off'), arm('on')], 200).held, true);
  const { held, message } = requestsGuard(
    [arm('off'), { ...arm('on'), blocks: [null, { p95: 1, requests: 199 }] }],
    200,
  );
  assert.equal(held, false);
  assert.equal(message, 'arm "on" has 199 requests in block 2: 200 were planned');
  assert.equal(requestsGuard([arm('off')], 199).held, false);
});

test('flags: a single wrong echo does not hold', () => {
  assert.equal(echoGuard(0, 4000).held, true);
  assert.equal(echoGuard(1, 4000).held, false);
  assert.match(echoGuard(1, 4000).message, /^1 of 4000 successful answers/);
});

test('errors of the baseline: 5 % hold, more do not, nor does an arm without requests', () => {
  assert.equal(baselineErrorsGuard(arm('off', 50)).held, true);
  assert.equal(baselineErrorsGuard(arm('off', 51)).held, false);
  assert.equal(baselineErrorsGuard(arm('off', 0, 0)).held, false);
  assert.match(baselineErrorsGuard(arm('off', 51)).message, /5\.1 % of 1000 requests of arm "off"/);
});

test('errors of the baseline: not more than the treatment’s by the rule', () => {
  assert.equal(errorBalanceGuard(arm('off', 12), arm('on', 2)).held, false);
  assert.equal(errorBalanceGuard(arm('off', 11), arm('on', 2)).held, true);
  assert.equal(errorBalanceGuard(arm('off', 2), arm('on', 12)).held, true);
});

test('an experiment has all seven, in the order of the report', () => {
  const observed = {
    startLatenessP99: 1,
    plannedRequests: 200,
    echoMismatches: 0,
    successfulAnswers: 800,
    carryOver: { halves: null, predecessors: null, settleSeconds: null, changedUntilSeconds: null },
    mayBeFaster: false,
    provenBy: ['echo' as const],
  };
  const guards = experimentGuards(arm('off'), arm('on'), observed);
  assert.deepEqual(
    guards.map(({ name, held }) => [name, held]),
    [
      ['start lateness', true],
      ['requests as planned', true],
      ['flags echoed', true],
      ['baseline errors', true],
      ['error balance', true],
      ['carry-over', true],
      ['not faster', true],
    ],
  );
  const unswitched = experimentGuards(arm('off'), arm('on'), { ...observed, echoMismatches: 3 });
  assert.deepEqual(
    unswitched.filter(({ held }) => !held).map(({ name }) => name),
    ['flags echoed'],
  );
  const provenBy = ['counter', 'uptime'] as const;
  const silent = experimentGuards(arm('off'), arm('on'), { ...observed, provenBy });
  assert.deepEqual(silent.map(({ name }) => name).slice(2, 4), ['effect counted', 'process restarted']);
});

test('a treatment that is faster than everything off by a wide margin is no treatment', () => {
  const slow = { p95: 400 };
  assert.equal(fasterGuard(slow, -25, -20).held, true);
  assert.equal(fasterGuard(slow, -25, -20.1).held, false);
  assert.equal(fasterGuard({ p95: 40 }, -8, -5).held, true);
  assert.match(
    fasterGuard({ p95: 40 }, -170, -160).message,
    /faster than everything off by more than 5.0 ms; are the flags swapped/,
  );
});

test('what carries over is said as it was found', () => {
  assert.equal(carryOverGuard(null).held, true);
  assert.deepEqual(carryOverGuard('still changing').message, 'still changing');
});

test('whole runs say what named their settings', () => {
  assert.equal(settingsOfRunsGuard('echo', 10).name, 'flags echoed');
  const { name, message } = settingsOfRunsGuard('read', 10);
  assert.equal(name, 'settings read');
  assert.match(message, /each of 10 runs the target named/);
});
