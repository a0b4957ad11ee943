import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRun } from './read-run.ts';
import { RunFileError, type MeasuredRun } from './measured-run.ts';
import { runOfResult } from './suite-result.ts';
import { evenLatency, loadResult, type Changes } from '../../test/support/runs.ts';

function measured(changes: Changes): MeasuredRun {
  const run = runOfResult(loadResult(0, changes), 'a.json');
  assert.equal(run.kind, 'measured');
  return run;
}

test('P95 is that of all answers', () => {
  assert.ok(Math.abs(measured({}).p95Ms - 95) < 1e-9);
});

test('a refused request counts as the time-out: fast refusals do not make a run fast', () => {
  // 900 of 0–100 ms, 100 refused: P95 lies among the refused ones.
  const refusing = measured({ all: evenLatency(900, 0, 100), requests: { refused: 0.1, errorRate: 0.1 } });
  assert.equal(refusing.p95Ms, 10_000);
  assert.equal(refusing.latency.count, 1_000);
  assert.equal(refusing.errors, 100);
  const all = measured({ all: null, requests: { refused: 1, errorRate: 1, successful: 0 } });
  assert.equal(all.p95Ms, 10_000);
});

test('where slow answers count as errors, only failed ones do here', () => {
  const changes = {
    configuration: { limits: { p95Ms: 150, errorRate: 0.01, slowIsError: true } },
    requests: { errorRate: 0.5, successful: 990 },
  };
  assert.equal(measured(changes).errors, 10);
});

const unusable: [what: string, changes: Changes, problem: RegExp][] = [
  ['not run', { outcome: { status: 'not run', reason: 'no answer' } }, /^did not run: no answer$/],
  ['ended early', { run: { complete: false } }, /^ended before its plan$/],
  ['dropped requests', { requests: { droppedIterations: 3 } }, /^dropped 3 of its planned requests/],
  ['nothing sent', { all: null, requests: { total: 0 } }, /^sent no request$/],
  [
    '199 requests',
    { all: evenLatency(199, 0, 1), requests: { total: 199 } },
    /^has 199 requests; at least 200/,
  ],
];

test('a run that proves nothing is unusable, and says why', async (t) => {
  for (const [what, changes, problem] of unusable) {
    await t.test(what, () => {
      const run = readRun(JSON.stringify(loadResult(0, changes)), 'a.json');
      assert.equal(run.kind, 'unusable');
      assert.match(run.problem, problem);
    });
  }
  const enough = { all: evenLatency(200, 0, 1), requests: { total: 200 } };
  assert.equal(readRun(JSON.stringify(loadResult(0, enough)), 'a.json').kind, 'measured');
});

test('a crossed gate is a measurement all the same', () => {
  assert.equal(measured({ outcome: { status: 'failed', reason: 'P95' } }).kind, 'measured');
});

test('a distribution that descends is no distribution', () => {
  const all = evenLatency(1_000, 0, 100);
  all.quantilesMs[5] = -1;
  assert.throws(() => runOfResult(loadResult(0, { all }), 'a.json'), RunFileError);
});
