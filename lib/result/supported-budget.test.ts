import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supportedBudgetMs } from './supported-budget.ts';

const verdict = {
  kind: 'PASS',
  exitCode: 0,
  reasons: [],
  moreBlocks: null,
  noiseFloorMs: null,
} as const;
const supported = (estimateMs: number, upperMs: number, budgetMs = 150, kind: 'PASS' | 'FAIL' = 'PASS') =>
  supportedBudgetMs({
    verdict: { ...verdict, reasons: [], kind },
    budgetMs,
    estimateMs,
    bounds: { lowerMs: 0, upperMs },
  });

test('twice as far above the number as the bound, in two digits, where it is half of the budget or less', () => {
  assert.equal(supported(10, 12), 14);
  assert.equal(supported(10, 12.01), 15);
  assert.equal(supported(100.4, 101, 1_000), 110);
  assert.equal(supported(70, 72.5), 75);
  assert.equal(supported(70, 72.6), null);
  assert.equal(supported(-3, -1), 1, 'a treatment that costs nothing');
  assert.equal(supported(10, 12, 150, 'FAIL'), null);
});
