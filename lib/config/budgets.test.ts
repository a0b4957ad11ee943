import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import type { OverheadProfile } from '../../thresholds/types.ts';
import { budgetMsOf, budgetsOf, describeBudgetOf, settingOf } from './budgets.ts';
import { ConfigError } from './config-error.ts';
import { changedProfile, overheadConfig } from './overhead-config.ts';

const { budgetMs, ...rest } = fixtureEnvironment.overhead;
const from = (overhead: Partial<OverheadProfile>, env = {}) =>
  overheadConfig(env, { environments: { local: { ...fixtureEnvironment, overhead } } });
const p95 = (ms: number) => ({ level: 0.95, limit: { ms } });

test('the budget of P95 stands first; environment variable, then file', () => {
  assert.deepEqual(from({ ...rest, budgetMs }).budgets, [p95(budgetMs)]);
  const several = from({ ...rest, blocks: 10, budgets: { p99Ms: 300, p50Ms: '2.5%' } });
  assert.deepEqual(several.budgets, [
    p95(150),
    { level: 0.5, limit: { shareOfBaseline: 0.025 } },
    { level: 0.99, limit: { ms: 300 } },
  ]);
  assert.deepEqual(from({ ...rest, budgets: { p95Ms: 20 } }).budgets, [p95(20)]);
  const asked = from({ ...rest, budgets: { p95Ms: 20, p50Ms: 5 } }, { BUDGET: '5%' });
  assert.deepEqual(asked.budgets[0], { level: 0.95, limit: { shareOfBaseline: 0.05 } });
  assert.equal(asked.budgets.length, 2);
});

test('what an environment leaves out of the budgets and limits of overhead.ts stays', () => {
  const shared = { ...fixtureEnvironment.overhead, budgetMs: 150, budgets: { p95Ms: 100, p99Ms: 300 } };
  const budgets = (changes: Partial<OverheadProfile>) => budgetsOf(changedProfile(shared, changes));
  const p99 = { level: 0.99, limit: { ms: 300 } };
  assert.deepEqual(budgets({}), [p95(100), p99]);
  assert.deepEqual(budgets({ budgetMs: 20 }), [p95(20), p99]);
  assert.deepEqual(budgets({ budgets: { p95Ms: 30 } }), [p95(30), p99]);
  assert.deepEqual(budgets({ budgets: { p99Ms: 200 } }), [p95(100), { level: 0.99, limit: { ms: 200 } }]);
  const limits = { cpuShare: 0.2, memoryMb: 50 };
  assert.deepEqual(changedProfile({ ...shared, limits }, { limits: { memoryMb: 90 } }).limits, {
    cpuShare: 0.2,
    memoryMb: 90,
  });
});

test('a share is one of the baseline, and is described as such', () => {
  const [share] = budgetsOf({ budgetMs: '5%' });
  assert.ok(share);
  assert.equal(budgetMsOf(share, 240), 12);
  assert.equal(describeBudgetOf(share), '5 % of the baseline');
  assert.equal(describeBudgetOf({ level: 0.99, limit: { ms: 30 } }), '30 ms at P99');
  const [seven] = budgetsOf({ budgetMs: '7%' });
  assert.equal(seven && settingOf(seven), '7%');
});

for (const [row, change, env] of [
  ['two-budgets', { budgetMs: 20, budgets: { p95Ms: 30 } }, {}],
  ['budget-no-share', { budgetMs: '5 percent' as '5%' }, {}],
  ['budget-variable', {}, { BUDGET: '5pc' }],
  ['p99-too-few-requests', { seconds: 2, leastSeconds: 4, budgets: { p99Ms: 30 } }, {}],
] as const)
  test(`refused: ${row}`, () => {
    const { says } = ending(row);
    assert.throws(
      () => from({ ...rest, ...change }, env),
      (error) =>
        error instanceof ConfigError && error.message.includes(says) && !error.message.includes('\n'),
      says,
    );
  });
