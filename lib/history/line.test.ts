import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Changes } from '../../test/support/runs.ts';
import { inOrder, lineKey, linesOf, notAPoint, startedTooEarly } from './line.ts';
import { experimentOf, historyOf, resultOf } from '../../test/support/history.ts';

const unlike: [what: string, changes: Changes][] = [
  ['scenario', { run: { scenario: 'light' } }],
  ['environment', { run: { environment: 'ci' } }],
  ['machine class', { run: { machineClass: '64 × Another' } }],
  ['number of load generators', { run: { generators: 4 } }],
  ['machine not stated', { run: { machineClass: null } }],
  ['k6 major version', { run: { k6Version: '3.0.0' } }],
  [
    'load',
    { configuration: { load: { shape: 'iterations', total: 2_000, users: 10, thinkTimeSeconds: 0 } } },
  ],
  ['payload', { configuration: { payload: 'test' } }],
  ['endpoint', { configuration: { endpoint: '/api/v2' } }],
  ['flags', { configuration: { flags: { ENABLE_OBSERVABILITY: true } } }],
];

test('unlike runs never share a line', () => {
  for (const [what, changes] of unlike) {
    const lines = linesOf(historyOf([resultOf(0, 50), resultOf(1, 50, changes)]), 'time');
    assert.equal(lines.length, 2, what);
  }
});

test('runs on another commit, address, seed, k6 patch or with other limits share one', () => {
  const changes: Changes = {
    run: { commit: null, k6Version: '2.9.1', thresholds: '87654321' },
    configuration: { baseUrl: 'http://127.0.0.1:4711', seed: 99, limits: { p95Ms: 1, errorRate: 0 } },
  };
  assert.equal(lineKey(resultOf(0, 50)), lineKey(resultOf(1, 50, changes)));
  const reordered = { thinkTimeSeconds: 0, users: 10, total: 1_000, shape: 'iterations' };
  assert.equal(lineKey(resultOf(0, 50)), lineKey(resultOf(1, 50, { configuration: { load: reordered } })));
});

const files = (entries: readonly { file: string }[]) => entries.map(({ file }) => file).join(' ');

test('by time: as runs started, whenever they were added', () => {
  assert.equal(
    files(inOrder(historyOf([resultOf(5, 50), resultOf(3, 50), resultOf(9, 50)]), 'time')),
    '1.json 0.json 2.json',
  );
});

test('by commit: commits as they came first, with all of their runs; a clock that goes back changes nothing', () => {
  const on = (minute: number, commit: string | null) => resultOf(minute, 50, { run: { commit } });
  const history = historyOf([on(10, 'a'), on(11, 'b'), on(2, 'c'), on(3, 'a'), on(4, null), on(5, null)]);
  assert.equal(files(inOrder(history, 'commit')), '0.json 3.json 1.json 2.json 4.json 5.json');
  assert.equal(startedTooEarly(history), 4);
  assert.equal(startedTooEarly(historyOf([on(1, 'a'), on(2, 'b')])), 0);
});

test('a run that measured nothing, or not all, is no point; a failed one is', () => {
  assert.equal(notAPoint(resultOf(0, 50, { outcome: { status: 'failed', reason: 'P95' } })), null);
  assert.match(notAPoint(resultOf(0, 50, { run: { complete: false } })) ?? '', /ended before its plan/);
  assert.match(notAPoint(resultOf(0, 50, { requests: { droppedIterations: 3 } })) ?? '', /dropped 3/);
  assert.match(
    notAPoint(resultOf(0, 50, { outcome: { status: 'not run', reason: 'refused' } })) ?? '',
    /did not run: refused/,
  );
  const experiment = experimentOf(0, 20);
  assert.equal(notAPoint(experiment), null);
  assert.ok(experiment.overhead);
  const invalid = { ...experiment.overhead.verdict, kind: 'INVALID' as const, reasons: ['late'] };
  assert.equal(
    notAPoint({ ...experiment, overhead: { ...experiment.overhead, verdict: invalid } }),
    'is INVALID: late',
  );
});
