import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../../test/golden/statistics/close.ts';
import type { Crossing } from './climb.ts';
import { capacityOf, lossOf } from './estimate.ts';
import type { CapacityPlan, CapacityGates } from '../../config/capacity-plan.ts';
import {
  limitOfAll,
  ownLimit,
  simulateCapacity,
  type SimulatedArm,
} from '../../../test/support/simulate-capacity.ts';
import { meanOf } from '../../statistics/t-test.ts';
import { judgeCapacity } from './verdict.ts';

const limits = { p95Ms: 150, errorRate: 0.01 };
const plan: CapacityPlan = {
  perSecond: 20,
  step: 1.5,
  resolution: 0.05,
  ceilingPerSecond: 400,
  seconds: 10,
  settleSeconds: 3,
  warmUpSeconds: 0,
  blocks: 5,
  seed: '',
};
const crossed = (...rates: number[]): Crossing[] =>
  rates.map((perSecond) => ({ kind: 'crossed', perSecond }) as const);
const ceiling: Crossing = { kind: 'at least', perSecond: 1_000, by: 'ceiling' };
const generator: Crossing = { kind: 'at least', perSecond: 600, by: 'generator' };
const firstRung: Crossing = { kind: 'at most', perSecond: 50 };

test('the capacity is the geometric mean of the blocks; the loss comes from the ratio in each block', () => {
  const capacity = capacityOf(crossed(100, 121, 110));
  assert.ok(capacity.kind === 'estimate' && capacity.interval !== null);
  close(capacity.value, 110, 1e-9);
  // t(2) at 0.025 is 4.3027, the standard error ln(1.1)/√3.
  close(Math.log(capacity.interval.upper / 110), (4.302653 * Math.log(1.1)) / Math.sqrt(3), 1e-6);
  const loss = lossOf(crossed(100, 200, 400), crossed(80, 160, 320));
  assert.ok(loss.kind === 'estimate' && loss.interval !== null);
  close(loss.value, 0.2, 1e-9);
  close(loss.interval.lower, 0.2, 1e-6);
});

test('no rate lies below zero, however much two blocks differ', () => {
  const capacity = capacityOf(crossed(70, 120));
  assert.ok(capacity.kind === 'estimate' && capacity.interval !== null && capacity.bounds !== null);
  assert.ok(capacity.interval.lower > 0 && capacity.bounds.lower > 0);
});

test('what ended at the ceiling, the generator or the first rung bounds from one side', () => {
  assert.deepEqual(capacityOf([...crossed(900), ceiling, generator]), {
    kind: 'at least',
    value: 600,
    lower: 600,
  });
  assert.deepEqual(capacityOf([firstRung, ...crossed(70)]), { kind: 'at most', value: 70, upper: 70 });
  assert.equal(capacityOf([firstRung, ceiling]).kind, 'not known');
  assert.equal(capacityOf([]).kind, 'not known');
  const above = [ceiling, ceiling, ceiling];
  const loss = lossOf(above, crossed(700, 710, 690));
  assert.ok(loss.kind === 'at least' && loss.lower !== null && loss.lower < loss.value);
  close(loss.value, 0.3, 1e-3);
  assert.equal(lossOf(above, above).kind, 'not known');
  assert.equal(lossOf(crossed(500, 500), [ceiling, ceiling]).kind, 'at most');
  assert.equal(lossOf(crossed(500, 500), [firstRung, firstRung]).kind, 'at least');
});

test('verdicts: measured without a limit, else by bounds', () => {
  const judged = (
    baseline: Crossing[],
    treatment: Crossing[],
    gates: CapacityGates = {},
    mayHoldMore = false,
  ) =>
    judgeCapacity(
      [
        { name: 'baseline', crossings: baseline, rates: baseline },
        { name: 'treatment', crossings: treatment, rates: treatment },
      ],
      {
        plan,
        gates,
        mayHoldMore,
        switching: { by: 'header', proof: [{ by: 'echo', header: 'X-Flags' }] },
      },
    );
  const [off, on] = [crossed(500, 505, 495), crossed(400, 405, 398)];
  const measured = judged(off, on);
  assert.equal(measured.kind, 'MEASURED');
  assert.match(
    measured.reasons.join('; '),
    /costs 19\.8 % \(95 % interval .*\) of capacity; baseline 500\/s/,
  );
  assert.equal(judged(off, on, { maxLossShare: 0.3 }).kind, 'PASS');
  assert.equal(judged(off, on, { maxLossShare: 0.1 }).kind, 'FAIL');
  assert.equal(judged(off, on, { maxLossShare: 0.2 }).kind, 'INCONCLUSIVE');
  assert.equal(judged(off, on, { minPerSecond: 350 }).kind, 'PASS');
  assert.equal(judged(off, on, { minPerSecond: 450 }).kind, 'FAIL');
  assert.equal(judged(off, on, { minPerSecond: 401 }).kind, 'INCONCLUSIVE');
  assert.equal(judged(off, on, { minPerSecond: 350, maxLossShare: 0.1 }).kind, 'FAIL');
  assert.equal(judged(off, on, { minPerSecond: 401, maxLossShare: 0.3 }).kind, 'INCONCLUSIVE');
  // Flags that are swapped, and one arm against another, which may hold more.
  assert.equal(judged(on, off, { maxLossShare: 0.3 }).kind, 'INVALID');
  assert.equal(judged(on, off, { maxLossShare: 0.3 }, true).kind, 'PASS');
  assert.equal(judged(off, crossed(504, 508, 500), { maxLossShare: 0.3 }).kind, 'PASS');
  assert.equal(judged(on.slice(0, 1), off.slice(0, 1)).kind, 'MEASURED', 'one block says nothing');
  const above = [ceiling, ceiling, ceiling];
  assert.equal(judged(on, above).kind, 'INVALID', 'how much more, nobody knows');
  assert.match(judged(above, above).reasons.join('; '), /at least 1000\/s: the ceiling was reached/);
  assert.equal(judged(above, above, { minPerSecond: 1_000 }).kind, 'PASS');
  assert.equal(judged(above, above, { maxLossShare: 0.2 }).kind, 'INCONCLUSIVE');
  assert.equal(judged(above, crossed(400, 405, 398), { maxLossShare: 0.2 }).kind, 'FAIL');
  const late = judged([generator, generator], crossed(400, 405));
  assert.match(late.reasons.join('; '), /at least 600\/s: the load generator was the limit, not the target/);
  assert.equal(judged([{ kind: 'not known' }], off).kind, 'INVALID');
  assert.match(judged([firstRung], [firstRung]).reasons.join(), /over its limits at the first rung of 50\/s/);
  assert.match(judged([...crossed(60), firstRung], off).reasons.join(), /first rung in 1 of 2 blocks/);
  assert.equal(judged([...crossed(60), firstRung], off).kind, 'INCONCLUSIVE');
  assert.equal(judged(off, [firstRung, firstRung, firstRung], { minPerSecond: 60 }).kind, 'FAIL');
});

test('a server’s own limit: Pollaczek and Khinchine’s queue by its work, below saturation', () => {
  // M/D/1: P(wait > t) falls like exp(−2(1 − ρ)t/service) near saturation, so 1 − ρ = 3·service/(2·limit), nearly.
  const held = ownLimit([8], 150);
  assert.ok(Math.abs(held / 125 - 0.92) < 0.01, String(held));
  assert.ok(ownLimit([1], 150) > 985);
});

/** Several sessions against servers whose work is known. */
function sessions(count: number, arms: SimulatedArm[], changes: Partial<CapacityPlan> = {}) {
  return Array.from({ length: count }, (_, i) => {
    const [{ rates: baseline, crossings }, { rates: treatment }] = simulateCapacity(
      { ...plan, ...changes, seed: `session ${i}` },
      limits,
      arms,
    );
    return {
      capacity: capacityOf(baseline),
      byClimbs: capacityOf(crossings),
      loss: lossOf(baseline, treatment),
    };
  });
}

test('simulated servers: the rate within 5 % of their own limit, intervals that hold the loss', () => {
  const [serviceMs, slowerMs] = [8, 10];
  const own = ownLimit([serviceMs], limits.p95Ms);
  const lost = 1 - ownLimit([slowerMs], limits.p95Ms) / own;
  const measured = sessions(60, [{ serviceMs }, { serviceMs: slowerMs }]);
  let held = 0;
  for (const { capacity, loss } of measured) {
    assert.ok(capacity.kind === 'estimate' && loss.kind === 'estimate' && loss.interval !== null);
    assert.ok(Math.abs(capacity.value / own - 1) < 0.05, `${capacity.value} for ${own}`);
    if (loss.interval.lower <= lost && lost <= loss.interval.upper) held += 1;
  }
  assert.ok(held >= 0.9 * measured.length, `${held} of ${measured.length} hold ${lost}`);
});

test('a server that differs from try to try: the rate at which 5 % of all requests are slow, and not that of every other try', () => {
  const arm = { serviceMs: 8, spread: 0.03 };
  const own = limitOfAll(plan, limits, arm);
  const measured = sessions(60, [arm, { serviceMs: 8 }]);
  const holding = (of: 'capacity' | 'byClimbs') =>
    measured.filter(
      ({ [of]: found }) =>
        found.kind === 'estimate' &&
        found.interval !== null &&
        found.interval.lower <= own &&
        own <= found.interval.upper,
    ).length;
  const off = meanOf(measured.map(({ capacity }) => ('value' in capacity ? capacity.value : NaN))) / own - 1;
  assert.ok(Math.abs(off) < 0.02, String(off));
  assert.ok(holding('capacity') >= 54, String(holding('capacity')));
  // The wrong way: where climbs end lies higher.
  assert.ok(holding('byClimbs') < 40, String(holding('byClimbs')));
});

test('simulated servers: nothing lost, by intervals that hold 0', () => {
  const measured = sessions(60, [{ serviceMs: 10 }, { serviceMs: 10 }]);
  const held = measured.filter(
    ({ loss }) =>
      loss.kind === 'estimate' &&
      loss.interval !== null &&
      loss.interval.lower <= 0 &&
      loss.interval.upper >= 0,
  );
  assert.ok(held.length >= 55, String(held.length));
});

test('simulated stalls: a single one ends no climb', () => {
  const own = ownLimit([10], limits.p95Ms);
  for (const { capacity } of sessions(20, [{ serviceMs: 10, stalls: 0.03 }, { serviceMs: 10 }])) {
    assert.ok(capacity.kind === 'estimate');
    assert.ok(Math.abs(capacity.value / own - 1) < 0.12, String(capacity.value));
  }
});

test('simulated generator: at least what it could send', () => {
  const arm = { serviceMs: 1, generatorPerSecond: 200 };
  for (const { capacity, loss } of sessions(5, [arm, arm])) {
    assert.ok(capacity.kind === 'at least' && capacity.value <= 200 && capacity.value > 200 / 1.5 ** 2);
    assert.equal(loss.kind, 'not known');
  }
});
