import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep, startOf, type Step } from './climb.ts';
import { ladderOf, mostTries, refinements } from '../../load/ladder.ts';
import type { CapacityPlan } from '../../config/capacity-plan.ts';
import { outcomeOf, type RateTrial } from './rate-trial.ts';

const limits = { p95Ms: 150, errorRate: 0.01 };
const rungs = [100, 150, 225, 300];
const good = (perSecond: number, p95Ms = 20): RateTrial => ({
  perSecond,
  p95Ms,
  slowShare: p95Ms > limits.p95Ms ? 1 : 0,
  errorRate: 0,
  latenessMs: 1,
  requests: 200,
});
const over = (perSecond: number): RateTrial => good(perSecond, 600);
const late = (perSecond: number): RateTrial => ({ ...good(perSecond), latenessMs: 40 });
const failing = (perSecond: number): RateTrial => ({ ...good(perSecond), errorRate: 0.5 });
const next = (...tries: RateTrial[]): Step => nextStep(rungs, 100, tries, limits, 0.05);
const tries = (perSecond: number): Step => ({ kind: 'try', perSecond });

test('a try holds, is over a limit, or is the load generator’s own', () => {
  assert.equal(outcomeOf(good(100, 150), limits), 'within');
  assert.equal(outcomeOf(good(100, 150.1), limits), 'over');
  assert.equal(outcomeOf({ ...good(100), errorRate: 0.01 }, limits), 'within');
  assert.equal(outcomeOf({ ...good(100), errorRate: 0.011 }, limits), 'over');
  assert.equal(outcomeOf({ ...good(100), latenessMs: 10 }, limits), 'within');
  assert.equal(outcomeOf({ ...good(100), latenessMs: 10.1 }, limits), 'late');
  assert.equal(outcomeOf({ ...good(100), latenessMs: NaN }, limits), 'late');
  assert.equal(outcomeOf({ ...good(100), errorRate: 0.5, latenessMs: 100 }, limits), 'over');
  assert.equal(outcomeOf({ ...good(100), errorRate: 0.5, latenessMs: 200 }, limits), 'late');
  // A hold-up of 40 ms makes nobody wait more than 40 ms longer.
  assert.equal(outcomeOf({ ...good(100, 189), latenessMs: 40 }, limits), 'late');
  assert.equal(outcomeOf({ ...good(100, 191), latenessMs: 40 }, limits), 'over');
});

test('up rung by rung, and to the ceiling', () => {
  assert.deepEqual(next(), tries(100));
  assert.deepEqual(next(good(100)), tries(150));
  assert.deepEqual(next(good(100), good(150), good(225)), tries(300));
  assert.deepEqual(next(good(100), good(150), good(225), good(300)), {
    kind: 'ended',
    at: { kind: 'at least', perSecond: 300, by: 'ceiling' },
  });
});

test('a rate that does not hold is tried once more: a stall may be chance', () => {
  assert.deepEqual(next(good(100), over(150)), tries(150));
  assert.deepEqual(next(good(100), over(150), good(150)), tries(225));
  assert.deepEqual(next(good(100), over(150), over(150)), tries(Math.sqrt(100 * 150)));
});

test('the gap is halved until it is as narrow as the resolution, and P95 says where in it', () => {
  const climbed = [good(100), over(150), over(150)];
  for (let i = 0; i < 10; i += 1) {
    const step = next(...climbed);
    if (step.kind === 'ended') {
      assert.ok(step.at.kind === 'crossed');
      const low = Math.max(...climbed.filter(({ p95Ms }) => p95Ms === 20).map(({ perSecond }) => perSecond));
      const high = Math.min(...climbed.filter(({ p95Ms }) => p95Ms > 20).map(({ perSecond }) => perSecond));
      assert.ok(low < 128 && 128 < high && high / low <= 1.05);
      // 150 lies at ln(150/20)/ln(600/20) = 0.592 of the way.
      assert.ok(Math.abs(Math.log(step.at.perSecond / low) / Math.log(high / low) - 0.592) < 0.001);
      return;
    }
    climbed.push(step.perSecond < 128 ? good(step.perSecond) : over(step.perSecond));
  }
  assert.fail('it never ends');
});

test('where errors cross their limit the middle of the gap is the crossing', () => {
  const step = next(good(100), failing(104), failing(104));
  assert.ok(step.kind === 'ended' && step.at.kind === 'crossed');
  assert.ok(Math.abs(step.at.perSecond - Math.sqrt(100 * 104)) < 1e-9);
});

test('over the limits at the first rung; down from where a later block starts', () => {
  assert.deepEqual(next(over(100), over(100)), { kind: 'ended', at: { kind: 'at most', perSecond: 100 } });
  assert.deepEqual(nextStep(rungs, 225, [over(225), over(225)], limits, 0.05), tries(150));
  assert.deepEqual(
    nextStep(rungs, 225, [over(225), over(225), good(150)], limits, 0.05),
    tries(Math.sqrt(150 * 225)),
  );
});

test('a generator that is late twice ends the climb without a number for the target', () => {
  assert.deepEqual(next(good(100), late(150), late(150)), {
    kind: 'ended',
    at: { kind: 'at least', perSecond: 100, by: 'generator' },
  });
  assert.deepEqual(next(late(100), late(100)), { kind: 'ended', at: { kind: 'not known' } });
  assert.deepEqual(next(good(100), late(150), good(150)), tries(225));
  // Once late and once over: the target was over.
  assert.deepEqual(next(good(100), over(150), late(150)), tries(Math.sqrt(100 * 150)));
});

test('a later block starts one or two steps below where the former ended', () => {
  assert.equal(startOf(rungs, 1.5, null), 100);
  assert.equal(startOf(rungs, 1.5, { kind: 'crossed', perSecond: 290 }), 150);
  assert.equal(startOf(rungs, 1.5, { kind: 'crossed', perSecond: 110 }), 100);
  assert.equal(startOf(rungs, 1.5, { kind: 'at least', perSecond: 300, by: 'ceiling' }), 150);
  assert.equal(startOf(rungs, 1.5, { kind: 'at most', perSecond: 100 }), 100);
});

const plan: CapacityPlan = {
  perSecond: 100,
  step: 1.5,
  resolution: 0.05,
  ceilingPerSecond: 1_000,
  seconds: 2,
  settleSeconds: 1,
  warmUpSeconds: 1,
  blocks: 5,
  seed: 'a',
};

test('ladders rise from the first rung to the ceiling; later ones are shifted, the same for the same seed', () => {
  assert.deepEqual(ladderOf(plan, 0).map(Math.round), [100, 150, 225, 338, 506, 759, 1_000]);
  const later = ladderOf(plan, 1);
  assert.deepEqual(later, ladderOf(plan, 1));
  assert.notDeepEqual(later, ladderOf(plan, 2));
  assert.deepEqual([later[0], later.at(-1)], [100, 1_000]);
  for (let block = 0; block < 50; block += 1) {
    const ladder = ladderOf(plan, block);
    assert.ok(
      ladder.every((rung, i) => i === 0 || rung / (ladder[i - 1] ?? 0) >= 1.05),
      String(ladder),
    );
    assert.ok(2 * (ladder.length + refinements(plan)) <= mostTries(plan));
  }
  assert.deepEqual(ladderOf({ ...plan, ceilingPerSecond: 100 }, 3), [100]);
  assert.equal(refinements(plan), 4);
});
