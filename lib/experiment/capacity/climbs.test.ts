import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CapacityPlan } from '../../config/capacity-plan.ts';
import { climbsOf } from './climbs.ts';
import type { RateTrial } from './rate-trial.ts';

const limits = { p95Ms: 150, errorRate: 0.01 };
const plan: CapacityPlan = {
  perSecond: 92,
  step: 1.25,
  resolution: 0.05,
  ceilingPerSecond: 200,
  seconds: 4,
  settleSeconds: 1,
  warmUpSeconds: 0,
  blocks: 3,
  seed: 'climbs',
};
const named = (name: string) => ({ name, flags: {} });
const arms = [named('baseline'), named('treatment')] as const;

/** A climb whose tries hold up to 102/s, and of which a share is slow that rises from 97/s on. */
const shareAt = (perSecond: number) => Math.min(1, 0.05 * (perSecond / 97) ** 30);
function tryAt(perSecond: number, change: Partial<RateTrial> = {}): RateTrial {
  return {
    perSecond,
    p95Ms: perSecond > 102 ? 200 : 100,
    slowShare: shareAt(perSecond),
    errorRate: 0,
    latenessMs: 1,
    requests: 400,
    ...change,
  };
}
const climb = [92, 100, 125, 125, 112, 106, 103].map((perSecond) => tryAt(perSecond));
const of = (
  baseline: RateTrial[][],
  treatment = [climb, climb, climb],
  changes: Partial<CapacityPlan> = {},
) => climbsOf({ plan: { ...plan, ...changes }, limits, arms }, [baseline, treatment]);
const isByShares = (climbs: ReturnType<typeof of>) =>
  climbs.map(({ rates, crossings }) => rates !== crossings);

test('the shares of slow requests say more than the ends of the climbs', () => {
  const [baseline] = of([climb, climb, climb]);
  const [end, rate] = [baseline.crossings[0], baseline.rates[0]];
  assert.ok(end?.kind === 'crossed' && end.perSecond > 100, JSON.stringify(end));
  assert.ok(rate?.kind === 'crossed' && Math.abs(rate.perSecond - 97) < 2, JSON.stringify(rate));
});

test('errors in a try that held when it was repeated change nothing; errors at which a climb ends do, for both arms', () => {
  const failed = tryAt(92, { errorRate: 0.02, slowShare: 0 });
  assert.deepEqual(isByShares(of([[failed, ...climb], climb, climb])), [true, true]);
  const failing = climb.map((one) => (one.perSecond > 102 ? { ...one, p95Ms: 100, errorRate: 0.1 } : one));
  assert.deepEqual(isByShares(of([failing, climb, climb])), [false, false]);
});

test('an arm that ended at the ceiling, and deployments that exchange their settings: the ends of the climbs', () => {
  const holding = [92, 100, 125, 156.25, 200].map((perSecond) =>
    tryAt(perSecond, { p95Ms: 100, slowShare: 0 }),
  );
  assert.deepEqual(isByShares(of([holding, holding, holding])), [false, false]);
  assert.deepEqual(isByShares(of([climb, climb, climb], [climb, climb, climb], { deployments: 'crossed' })), [
    false,
    false,
  ]);
});

test('a block that is not whole, and tries that the generator was late for, have no part', () => {
  const whole = of([climb, climb], [climb, climb]);
  const broken = [tryAt(92), tryAt(100, { errorRate: 0.5, slowShare: 1 })];
  assert.deepEqual(of([climb, climb, broken], [climb, climb, broken]), whole);
  const late = tryAt(103, { latenessMs: 15, slowShare: 1 });
  assert.deepEqual(of([[...climb, late], climb], [climb, climb])[0].rates, whole[0].rates);
});
