import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withBudget } from './set-budget.ts';

const file = (overhead: string) => `// A comment.
export const staging: Environment = {
  baseUrl: 'https://staging.example.com',${overhead}
};
`;

test('the budget of P95 is replaced, or put where there was none; all else stays', () => {
  const cases: [before: string, after: string][] = [
    [' overhead: { perSecond: 9, budgetMs: 150 },', ' overhead: { perSecond: 9, budgetMs: 14 },'],
    [" overhead: { budgetMs: '5%' },", ' overhead: { budgetMs: 14 },'],
    [
      ' overhead: { budgets: { p99Ms: 300, p95Ms: 150 } },',
      ' overhead: { budgets: { p99Ms: 300, p95Ms: 14 } },',
    ],
    [' overhead: { perSecond: 9 },', ' overhead: { perSecond: 9, budgetMs: 14 },'],
  ];
  for (const [before, after] of cases) assert.equal(withBudget(file(before), 'staging', 14), file(after));
  assert.equal(withBudget(file(''), 'staging', 14), file(' overhead: { budgetMs: 14 },'));
});

test('a file without such an object is left alone', () => {
  assert.equal(withBudget(file(''), 'production', 14), null);
  assert.equal(withBudget(file(' overhead: shared,'), 'staging', 14), null);
});
