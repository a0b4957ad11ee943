import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRuns, type RunPair } from './judge-runs.ts';
import { pairLine, runLine } from './progress.ts';
import { runOfResult } from './suite-result.ts';
import { evenLatency, loadResult } from '../../test/support/runs.ts';

/** Two runs whose P95s are 95 ms and 95 + `ms`. */
function pair(ms: number): RunPair {
  const [baseline, treatment] = [0, ms].map((low) =>
    runOfResult(loadResult(0, { all: evenLatency(1_000, low, low + 100) }), 'a.json'),
  );
  assert.ok(baseline?.kind === 'measured' && treatment?.kind === 'measured');
  return { baseline, treatment };
}

const question = {
  budgets: [{ level: 0.95, limit: { ms: 150 } }],
  leastSeconds: 60,
  planned: 5,
  earlyStop: true,
  sameFlags: false,
  mayBeFaster: false,
  reservation: null,
  unproven: null,
};

test('a line after the first run of a pair, and one after the second', () => {
  assert.equal(
    runLine({ pair: 2, planned: 5, leftMs: 250_000 }, 'treatment', 31.25, 5_020),
    'pair 2/5  treatment P95 31.3 ms, 5020 requests  at most about 4m10s left',
  );
  const one = judgeRuns(question, [pair(10)]);
  assert.equal(
    pairLine({ pair: 1, planned: 5, leftMs: 60_000 }, one.verdict),
    'pair 1/5  difference 10.0 ms  overhead 10.0 ms  at most about 1m left',
  );
  const two = judgeRuns(question, [pair(10), pair(14)]);
  assert.match(
    pairLine({ pair: 2, planned: 5, leftMs: 1_000 }, two.verdict),
    /^pair 2\/5 {2}difference 14.0 ms {2}overhead \S+ ms, 95 % \S+ ms to \S+ ms {2}at most about 1s left$/,
  );
});

test('a guard that does not hold is the line', () => {
  const { verdict } = judgeRuns(
    question,
    [pair(10)],
    [{ name: 'flags echoed', held: false, message: 'other flags' }],
  );
  assert.equal(
    pairLine({ pair: 1, planned: 5, leftMs: 0 }, verdict),
    'pair 1/5  other flags  at most about 0s left',
  );
});
