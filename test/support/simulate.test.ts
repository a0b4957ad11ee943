import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean, sampleCorrelation, sampleStandardDeviation } from 'simple-statistics';
import { close } from '../golden/statistics/close.ts';
import { at } from '../../lib/statistics/element.ts';
import { quantile } from '../../lib/statistics/quantile.ts';
import { seeded } from '../../lib/statistics/random.ts';
import {
  fromDifferences,
  measuredAfter,
  simulate,
  trueOverhead,
  type Effect,
  type Session,
} from './simulate.ts';

const session: Session = {
  blocks: 400,
  requests: 250,
  correlation: 0,
  ramp: 0,
  effect: { kind: 'none' },
  order: 'random',
};

test('latency without an effect has mean 100 and standard deviation 50', () => {
  const [baseline] = simulate(session, seeded('latency')).latencies;
  close(mean([...baseline]), 100, 0.01);
  close(sampleStandardDeviation([...baseline]), 50, 0.03);
});

test('the true overhead is what a large session measures', () => {
  const effects: Effect[] = [
    { kind: 'none' },
    { kind: 'constant', ms: 50 },
    { kind: 'exponential', mean: 60 },
    { kind: 'multiplied', by: 1.2 },
    { kind: 'partial', share: 0.04, ms: 200 },
    { kind: 'partial', share: 0.06, ms: 500 },
  ];
  for (const effect of effects) {
    const [baseline, treatment] = simulate(
      { ...session, effect },
      seeded(`truth ${JSON.stringify(effect)}`),
    ).latencies;
    const measured = quantile(treatment, 0.95) - quantile(baseline, 0.95);
    assert.ok(Math.abs(measured - trueOverhead(effect)) < 6, `${JSON.stringify(effect)}: ${measured}`);
  }
});

test('true overheads: not the mean delay', () => {
  assert.equal(trueOverhead({ kind: 'none' }), 0);
  close(trueOverhead({ kind: 'constant', ms: 50 }), 50, 1e-9);
  close(trueOverhead({ kind: 'exponential', mean: 60 }), 114.6, 0.01);
  close(trueOverhead({ kind: 'partial', share: 0.04, ms: 200 }), 55, 0.02);
});

test('autocorrelation and ramp are as asked for', () => {
  const one: Session = { ...session, blocks: 1, requests: 20_000 };
  const logs = (correlation: number) =>
    simulate({ ...one, correlation }, seeded('correlation')).latencies[0].map((latency) => Math.log(latency));
  const lagged = (values: number[]) => sampleCorrelation(values.slice(1), values.slice(0, -1));
  assert.ok(Math.abs(lagged(logs(0.6)) - 0.6) < 0.02);
  assert.ok(Math.abs(lagged(logs(0))) < 0.03);
  const [ramped] = simulate({ ...session, ramp: 0.3 }, seeded('ramp')).latencies;
  close(mean(ramped.slice(-12_500)) / mean(ramped.slice(0, 12_500)), 1.3 / 1.02, 0.03);
});

test('what is measured after some blocks is what those blocks give', () => {
  const simulated = simulate({ ...session, blocks: 8 }, seeded('prefix'));
  const [baseline, treatment] = measuredAfter(simulated, 5);
  assert.ok(baseline && treatment);
  assert.deepEqual([baseline.name, treatment.name], ['baseline', 'treatment']);
  assert.deepEqual([baseline.blocks.length, baseline.requests], [5, 1250]);
  assert.equal(treatment.p95, quantile(simulated.latencies[1].slice(0, 1250), 0.95));
  const firstBlock = quantile(simulated.latencies[0].slice(0, 250), 0.95);
  assert.equal(baseline.blocks[0]?.p95, firstBlock);
});

test('a session of differences alone', () => {
  const [baseline, treatment] = fromDifferences([1, 2, 6]);
  assert.equal(treatment?.p95, 3);
  assert.deepEqual(
    treatment.blocks.map((block) => block?.p95),
    [1, 2, 6],
  );
  assert.equal(at([baseline?.p95 ?? NaN], 0), 0);
});
