import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settings } from '../../thresholds/settings.ts';
import { deploymentReservation, describeDifference, likenessOf } from './likeness.ts';
import type { MeasuredRun } from './measured-run.ts';
import { runOfResult } from './suite-result.ts';
import { loadResult, type Changes } from '../../test/support/runs.ts';

function run(file: string, changes: Changes = {}): MeasuredRun {
  const found = runOfResult(loadResult(0, changes), file);
  assert.equal(found.kind, 'measured');
  return found;
}

const unlike: [what: string, changes: Changes][] = [
  ['scenario', { run: { scenario: 'light' } }],
  [
    'load',
    { configuration: { load: { shape: 'iterations', total: 2_000, users: 10, thinkTimeSeconds: 0 } } },
  ],
  ['environment', { run: { environment: 'local' } }],
  ['k6 major version', { run: { k6Version: '3.0.0' } }],
  ['machine class', { run: { machineClass: 'another' } }],
];
const noted: [what: string, changes: Changes][] = [
  ['base URL', { configuration: { baseUrl: 'https://other.example.com' } }],
  ['endpoint', { configuration: { endpoint: '/api/v2' } }],
  ['payload', { configuration: { payload: 'test' } }],
  ['limits', { configuration: { limits: { errorRate: 0.5 } } }],
  ['time-out', { configuration: { timeoutMs: 1 } }],
];

test('each difference is found, and named with both files', () => {
  for (const [what, changes] of unlike) {
    const { unlike: found, noted: also } = likenessOf([run('a')], [run('b', changes)]);
    assert.deepEqual([found.map((difference) => difference.what), also], [[what], []]);
    assert.match(describeDifference(found[0] ?? { what: '', values: [] }), /^[^:]+: .* \(a\), .* \(b\)$/);
  }
  for (const [what, changes] of noted) {
    const { unlike: found, noted: also } = likenessOf([run('a')], [run('b', changes)]);
    assert.deepEqual([found, also.map((difference) => difference.what)], [[], [what]]);
  }
});

test('a minor version of k6, the order of keys, and other flags are no difference', () => {
  const flags = Object.fromEntries(Object.keys(settings.values).map((flag) => [flag, true]));
  const changes: Changes = {
    run: { k6Version: '2.9.1' },
    configuration: { flags, load: { users: 10, thinkTimeSeconds: 0, total: 1_000, shape: 'iterations' } },
  };
  assert.deepEqual(likenessOf([run('a')], [run('b', changes)]), { unlike: [], noted: [] });
});

test('other flags within one group are a difference', () => {
  const on = run('b', { configuration: { flags: { ENABLE_OBSERVABILITY: true } } });
  const { unlike: found } = likenessOf([run('a'), on], [run('c'), run('d')]);
  assert.deepEqual(
    found.map(({ what }) => what),
    ['flags within the baseline'],
  );
});

test('two deployments can decide nothing; the same two in both groups can', () => {
  const other = { configuration: { baseUrl: 'https://other.example.com' } };
  assert.match(
    deploymentReservation([run('a')], [run('b', other)]) ?? '',
    /staging.*other.*difference between them/,
  );
  assert.equal(deploymentReservation([run('a'), run('b', other)], [run('c', other), run('d')]), null);
});
