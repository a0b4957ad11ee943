import assert from 'node:assert/strict';
import { test } from 'node:test';
import { climbsOf } from '../experiment/capacity/climbs.ts';
import { capacityOf, lossOf } from '../experiment/capacity/estimate.ts';
import { toResult } from '../experiment/capacity/describe.ts';
import { simulateTries } from '../../test/support/simulate-capacity.ts';
import { capacityConfig } from '../config/capacity-config.ts';
import { recommend } from '../advice/experiment-rules.ts';
import { capacityResult } from '../../test/support/results.ts';
import { VERDICTS } from '../metrics/capacity-metrics.ts';
import { resultOfCapacity } from '../summary/from-capacity-summary.ts';
import { INVALID, tagged } from '../metrics/overhead-metrics.ts';
import { p95ByRate } from '../report/p95-by-rate.ts';
import { capacitySummary, metric } from '../../test/support/summaries.ts';
import { describe } from '../report/describe.ts';
import { textOf } from '../report/text.ts';

const env = { AUTH_TOKEN: 'a-token', SEED: '1', MONITOR: 'off', RATE: '50' };
const config = capacityConfig(env);
const tries = simulateTries(config.plan, config.limits, [{ serviceMs: 6 }, { serviceMs: 8 }]);
const context = { endedAt: new Date('2026-03-01T12:00:00Z'), commit: null };
const data = capacitySummary(config, tries, false);

test('the report retraces the climbs from the metrics of their tries', () => {
  const { capacity, outcome, gates } = resultOfCapacity(config, data, context);
  assert.ok(capacity);
  const [{ rates: baseline }, { rates: treatment }] = climbsOf(config, tries);
  assert.deepEqual(capacity.loss, toResult(lossOf(baseline, treatment)));
  assert.deepEqual(
    capacity.arms.map(({ perSecond }) => perSecond),
    [toResult(capacityOf(baseline)), toResult(capacityOf(treatment))],
  );
  assert.deepEqual(
    capacity.arms.map(({ tries: all }) => all.length),
    tries.map((ofArm) => ofArm.flat().length),
  );
  assert.equal(capacity.verdict.kind, 'MEASURED');
  assert.equal(outcome.status, 'passed');
  assert.deepEqual(
    gates.map(({ status }) => status),
    ['passed', 'passed'],
  );
});

test('text: the verdict first, then capacities, blocks and the ladder with the limit; one line holds P95:', () => {
  const text = textOf(describe(capacityResult()));
  assert.match(text.split('\n')[1] ?? '', /^MEASURED {2}observability costs 2\d\.\d % \(95 % interval/);
  assert.match(text, /baseline +no observability +1\d\d\/s \(95 % interval .*\)/);
  assert.match(text, /^ +[\d.]+ +[\d.]+ ms {2}█+>? +[\d.]+ ms {2}█+>$/m);
  assert.equal(text.match(/P95:/g)?.length, 1);
});

test('where the climbs ended is said beside the capacity, if it is not that', () => {
  const notesOf = (spread: number) => {
    const differing = simulateTries(config.plan, config.limits, [
      { serviceMs: 6, spread },
      { serviceMs: 8, spread },
    ]);
    return resultOfCapacity(config, capacitySummary(config, differing, false), context).notes.join('\n');
  };
  assert.match(
    notesOf(0.03),
    /The climbs of the baseline ended at 1\d\d\/s on average; over all its tries 5 % /,
  );
  // Shares of none show no crossing.
  const few = tries.map((ofArm) => ofArm.map((ofBlock) => ofBlock.map((one) => ({ ...one, slowShare: 0 }))));
  const { notes } = resultOfCapacity(config, capacitySummary(config, few, false), context);
  assert.match(notes.join('\n'), /The capacities are the means of where the climbs ended/);
});

test('a loss that is there beyond chance is evidence for a change', () => {
  const rules = (result: ReturnType<typeof capacityResult>) => recommend(result).map(({ rule }) => rule);
  const result = capacityResult();
  assert.ok(rules(result).includes('lost-capacity'));
  assert.ok(result.capacity);
  const noise = {
    ...result.capacity,
    loss: { ...result.capacity.loss, interval: { lower: -0.01, upper: 0.2 } },
  };
  assert.ok(!rules({ ...result, capacity: noise }).includes('lost-capacity'));
});

test('a run that broke off keeps its whole blocks', () => {
  const broken = tries.map((ofArm) =>
    ofArm.map((ofBlock, block) => (block < 2 ? ofBlock : ofBlock.slice(0, 1))),
  );
  const { metrics, ...rest } = capacitySummary(config, broken, false);
  const died = {
    ...rest,
    metrics: { ...metrics, [tagged(INVALID, { reason: 'not_recovered' })]: metric('counter', { count: 1 }) },
  };
  const invalid = resultOfCapacity(config, died, context);
  assert.equal(invalid.outcome.status, 'invalid');
  assert.match(invalid.outcome.reason, /did not recover from an overload/);
  assert.equal(invalid.capacity?.measuredBlocks, 2);
  assert.equal(invalid.capacity.arms[0]?.perSecond.kind, 'estimate');
  const open = Object.fromEntries(Object.entries(metrics).filter(([name]) => name !== VERDICTS));
  const interrupted = resultOfCapacity(config, { ...rest, metrics: open }, context);
  assert.equal(interrupted.outcome.status, 'interrupted');
  assert.equal(interrupted.run.complete, false);
});

test('one curve for each arm: rates that hardly differ are one point, late tries are none', () => {
  const made = (perSecond: number, p95Ms: number, outcome: 'within' | 'over' | 'late') => ({
    block: 1,
    perSecond,
    p95Ms,
    errorRate: 0,
    latenessMs: 0,
    requests: 200,
    outcome,
  });
  const result = capacityResult();
  const [first, second] = result.capacity?.arms ?? [];
  assert.ok(first && second);
  const arms = [
    { ...first, tries: [made(100, 10, 'within'), made(100.2, 30, 'within'), made(200, 900, 'late')] },
    { ...second, tries: [made(150, 50, 'over')] },
  ];
  assert.deepEqual(p95ByRate({ arms }), [
    { perSecond: 100.1, p95Ms: [20, null] },
    { perSecond: 150, p95Ms: [null, 50] },
  ]);
});
