import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean, sampleCorrelation, sampleStandardDeviation } from 'simple-statistics';
import { close } from '../golden/statistics/close.ts';
import { quantile } from '../../lib/statistics/quantile.ts';
import { seeded } from '../../lib/statistics/random.ts';
import {
  drawStream,
  measuredAfter,
  MU,
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

const pooled = (blocks: readonly Float64Array[]) => blocks.flatMap((block) => [...block]);

test('latency without an effect has mean 100 and standard deviation 50', () => {
  const [baseline] = simulate(session, seeded('latency')).blocks.map(pooled);
  close(mean(baseline ?? []), 100, 0.01);
  close(sampleStandardDeviation(baseline ?? []), 50, 0.03);
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
    ).blocks.map(pooled);
    const measured = quantile(treatment ?? [], 0.95) - quantile(baseline ?? [], 0.95);
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
  const logs = (correlation: number) =>
    drawStream({ requests: 20_000, correlation }, MU, seeded('correlation')).map((latency) =>
      Math.log(latency),
    );
  const lagged = (values: number[]) => sampleCorrelation(values.slice(1), values.slice(0, -1));
  assert.ok(Math.abs(lagged(logs(0.6)) - 0.6) < 0.02);
  assert.ok(Math.abs(lagged(logs(0))) < 0.03);
  const [ramped = []] = simulate({ ...session, ramp: 0.3 }, seeded('ramp')).blocks.map(pooled);
  close(mean(ramped.slice(-12_500)) / mean(ramped.slice(0, 12_500)), 1.3 / 1.02, 0.03);
});

test('what is measured after some blocks is what those blocks give', () => {
  const simulated = simulate({ ...session, blocks: 8 }, seeded('prefix'));
  const [baseline, treatment] = measuredAfter(simulated, 5);
  assert.ok(baseline && treatment);
  assert.deepEqual([baseline.name, treatment.name], ['baseline', 'treatment']);
  assert.deepEqual([baseline.blocks.length, baseline.requests], [5, 1250]);
  assert.equal(treatment.p95, quantile(pooled(simulated.blocks[1].slice(0, 5)), 0.95));
  assert.equal(baseline.blocks[0]?.p95, quantile([...(simulated.blocks[0][0] ?? [])], 0.95));
});

test('stalls make as many requests slow as they take of the time, in the treatment or in both arms', () => {
  for (const random of [false, true]) {
    for (const bothArms of [false, true]) {
      const stalls = {
        seconds: 2.17,
        everySeconds: 21.7,
        random,
        ms: 5_000,
        bothArms,
        armSeconds: 3,
        settleSeconds: 1,
      };
      const { blocks } = simulate({ ...session, blocks: 3_000, requests: 10, stalls }, seeded('stalls'));
      const [off, on] = blocks.map((of) => mean(pooled(of).map((latency) => (latency > 5_000 ? 1 : 0))));
      assert.ok(Math.abs((on ?? NaN) - 0.1) < 0.015, `${random} ${bothArms} ${on}`);
      assert.ok(Math.abs((off ?? NaN) - (bothArms ? 0.1 : 0)) < 0.015, `${random} ${bothArms} ${off}`);
    }
  }
});
