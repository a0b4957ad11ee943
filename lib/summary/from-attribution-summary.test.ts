import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributionConfig } from '../config/attribution-config.ts';
import { BASELINE, TREATMENT } from '../config/arms.ts';
import { looksOf } from '../experiment/judge-experiment.ts';
import { resultOfAttribution } from './from-attribution-summary.ts';
import * as names from '../metrics/overhead-metrics.ts';
import type { RunResult } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';
import { fixtureSources } from '../../test/support/fixture-environment.ts';
import { metric, summary, trend } from '../../test/support/summaries.ts';

const config = attributionConfig(
  { TEST_ENV: 'fixture', DESIGN: 'half', BLOCKS: '6', BUDGET: '50', RATE: '50' },
  fixtureSources,
);
const { plan, budgets } = config;
const question = {
  plan,
  budgets,
  baseline: BASELINE,
  treatment: TREATMENT,
  sameFlags: false,
  mayBeFaster: false,
  looks: looksOf(plan, { earlyStop: false, sameFlags: false, leastSeconds: 0 }),
  leastSeconds: 0,
  costLimits: {},
  proven: { by: ['echo' as const], unproven: null },
};

const COST: Readonly<Record<string, number>> = {
  ENABLE_OBSERVABILITY: 5,
  ENABLE_SIMILARITY_LOGGING: 60,
  TRACK_MODEL_COSTS: 20,
};

/** What an experiment leaves in k6's summary: each arm costs what its flags do, and blocks differ by a ms. */
function measured(more: SummaryData['metrics'] = {}, measuredBlocks = plan.blocks): SummaryData {
  const ofArms = plan.arms.flatMap(({ name: arm, flags }, i) => {
    const cost = Object.entries(flags).reduce((sum, [flag, on]) => sum + (on ? (COST[flag] ?? 0) : 0), 0);
    const blocks = Array.from({ length: measuredBlocks }, (_, b) => 100 + cost + ((b * 7 + i * 3) % 5) / 5);
    const samples = Array.from({ length: 1_200 }, (_, n) => 100 + cost + (n % 100) / 100);
    return [
      [names.tagged(names.LATENCY, { arm }), trend(samples)],
      ...blocks.flatMap((p95, b) => [
        [names.tagged(names.BLOCK_P95, { arm, block: b + 1 }), metric('gauge', { value: p95 })],
        [names.tagged(names.BLOCK_REQUESTS, { arm, block: b + 1 }), metric('gauge', { value: 200 })],
      ]),
    ] as [string, SummaryData['metrics'][string]][];
  });
  return summary({
    ...Object.fromEntries(ofArms),
    [names.LATENESS]: metric('gauge', { value: 1 }),
    [names.ANSWERS]: metric('counter', { count: 10_800 }),
    [names.VERDICTS]: metric('counter', { count: 1 }, { 'count>=1': true }),
    [names.FAILED]: metric('gauge', { value: 1 }, { 'value<1': false }),
    ...more,
  });
}

const resultOf = (data: SummaryData): RunResult =>
  resultOfAttribution(config, question, data, { endedAt: new Date(0), commit: null });

test('each flag its share, the rest, and the verdict on the whole', () => {
  const { attribution, overhead, outcome, recommendations, run } = resultOf(measured());
  assert.ok(attribution && overhead);
  assert.deepEqual(
    [run.scenario, attribution.of, attribution.design],
    ['attribution', 'whole system', 'half'],
  );
  const shares = Object.fromEntries(
    attribution.shares.map(({ flag, shareMs }) => [flag, Math.round(shareMs)]),
  );
  assert.deepEqual(shares, {
    ENABLE_SIMILARITY_LOGGING: 60,
    TRACK_MODEL_COSTS: 20,
    ENABLE_LANGFUSE_EXPORT: 0,
    ENABLE_ASYNC_TRACE_EXPORT: 0,
  });
  assert.deepEqual(
    attribution.shares.filter(({ isCause }) => isCause).map(({ flag }) => flag),
    ['ENABLE_SIMILARITY_LOGGING', 'TRACK_MODEL_COSTS'],
  );
  assert.equal(Math.round(attribution.rest?.shareMs ?? NaN), 5);
  assert.deepEqual(attribution.interactions, []);
  assert.deepEqual([overhead.verdict.kind, outcome.status], ['FAIL', 'failed']);
  assert.deepEqual(overhead.orders, [], 'letters cannot name nine arms');
  assert.equal(recommendations[0]?.rule, 'largest-flag');
  assert.ok(!recommendations.some(({ rule }) => rule === 'unused-flags'));
});

test('interrupted: the shares of the whole blocks stay', () => {
  const { attribution, outcome } = resultOf(
    measured({ [names.VERDICTS]: metric('counter', { count: 0 }) }, 2),
  );
  assert.equal(outcome.status, 'interrupted');
  assert.equal(attribution?.shares[0]?.flag, 'ENABLE_SIMILARITY_LOGGING');
  assert.ok(
    attribution.shares.every(({ isCause }) => !isCause),
    'two blocks prove nothing',
  );
});

test('a flag that is not echoed: INVALID, named, and no shares', () => {
  const flag = 'TRACK_MODEL_COSTS';
  const { attribution, outcome } = resultOf(
    measured({
      [names.ECHO_MISMATCHES]: metric('counter', { count: 7 }),
      [names.tagged(names.ECHO_MISMATCHES, { flag })]: metric('counter', { count: 7 }),
    }),
  );
  assert.equal(attribution, null);
  assert.match(outcome.reason, /7 of 10800 successful answers echo other flags .*\(TRACK_MODEL_COSTS\)/);
});

test('a flag that does not switch while the others do: INVALID, named', () => {
  const { outcome } = resultOf(
    measured(
      {
        [names.tagged(names.INVALID, { reason: 'not_switched' })]: metric('counter', { count: 1 }),
        [names.tagged(names.INVALID, { flag: 'ENABLE_LANGFUSE_EXPORT' })]: metric('counter', { count: 1 }),
      },
      0,
    ),
  );
  assert.deepEqual(
    [outcome.status, outcome.reason],
    ['invalid', 'the target did not switch its flags: ENABLE_LANGFUSE_EXPORT'],
  );
});

test('an arm in which requests fail is told, since its shares hold that', () => {
  const arm = plan.arms.find(({ name }) => name.includes('+'))?.name ?? '';
  const { notes } = resultOf(
    measured({ [names.tagged(names.ERRORS, { arm })]: metric('counter', { count: 120 }) }),
  );
  assert.ok(notes.some((note) => note.startsWith('10.00 % of the requests of arm "ENABLE_')));
});
