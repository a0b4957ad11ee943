import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capacityPlanProblem, type CapacityPlan } from './capacity-plan.ts';
import { planProblem, planSize, type Plan, type PlanProblem } from './experiment-plan.ts';

const plan: Plan = {
  mode: 'toggle',
  arms: [
    { name: 'off', flags: { tracing: false } },
    { name: 'on', flags: { tracing: true } },
  ],
  blocks: 20,
  rate: 100,
  seconds: 3,
  settleSeconds: 1,
  warmUpSeconds: 5,
  arrivals: 'poisson',
  seed: 'a run',
};
const header: Plan = { ...plan, mode: 'header', seconds: 5 };

test('size and length of a plan', () => {
  assert.deepEqual(planSize(plan), { requestsPerArmAndBlock: 300, requests: 12_000, seconds: 170 });
  assert.deepEqual(planSize(header), { requestsPerArmAndBlock: 250, requests: 10_000, seconds: 105 });
});

test('a plan that can run, at the border', () => {
  assert.equal(planProblem({ ...plan, blocks: 5, rate: 100, seconds: 2 }), null);
  assert.equal(planProblem({ ...header, rate: 80 }), null);
});

test('a plan that could decide nothing says what is needed', () => {
  const problem = (changes: Partial<Plan>) => words(planProblem({ ...plan, ...changes }));
  assert.deepEqual(problem({ blocks: 4 }), ['4 blocks in toggle mode', 'at least 5']);
  assert.deepEqual(problem({ ...header, blocks: 19 }), ['19 blocks in header mode', 'at least 20']);
  assert.deepEqual(problem({ seconds: 1.99 }), [
    '100/s for 1.99 s make 199 requests per arm and block',
    'at least 200: 2 s, or 101/s',
  ]);
  assert.deepEqual(problem({ mode: 'header', seconds: 3.9 }), [
    '100/s for 3.9 s make 195 requests per arm and block',
    'at least 200: 4 s, or 103/s',
  ]);
});

test('a ladder that could find nothing says what is needed', () => {
  const ladder: CapacityPlan = {
    perSecond: 100,
    step: 1.5,
    resolution: 0.05,
    ceilingPerSecond: 1_000,
    seconds: 2,
    settleSeconds: 1,
    warmUpSeconds: 1,
    blocks: 3,
    seed: 'a',
  };
  const problem = (changes: Partial<CapacityPlan>) => words(capacityPlanProblem({ ...ladder, ...changes }));
  assert.deepEqual(problem({}), []);
  assert.deepEqual(problem({ blocks: 2 }), ['2 blocks', 'at least 3']);
  assert.deepEqual(problem({ ceilingPerSecond: 50 }), [
    'ceilingPerSecond of 50/s is below the first rung',
    'at least 100/s',
  ]);
  assert.deepEqual(problem({ perSecond: 10 }), [
    '10/s for 2 s make 20 requests at the first rung',
    'at least 200: 20 s, or 100/s',
  ]);
});

function words(problem: PlanProblem | null): string[] {
  return problem === null ? [] : [problem.wrong, problem.needed];
}
