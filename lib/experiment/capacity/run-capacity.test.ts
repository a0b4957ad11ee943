/** Whole capacity runs on a simulated target: every way in which one ends. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertEnding } from '../../../test/support/endings.ts';
import { apart, crossed } from '../../../test/support/simulated-deployments.ts';
import { simulateCapacity, type Simulation } from '../../../test/support/simulated-runs.ts';
import { describe as describeResult } from '../../report/describe.ts';
import { textOf } from '../../report/text.ts';
import type { SimulatedRequest } from '../../../test/support/simulated-target.ts';

/** One worker that takes so long for each request, by which 1,000/ms are its limit. */
const worker = (off: number, on: number): Simulation => ({
  latencyMs: () => 1,
  workMs: ({ isOn, random }: SimulatedRequest) => (isOn ? on : off) * random.exponential(),
});

const holds = worker(2, 2.5);

/** What is wrong, by its row in docs/what-ends-how.md. */
const cases: Record<string, Simulation> = {
  'capacity-measured': holds,
  'capacity-within-limits': { ...holds, capacity: { maxLossShare: 0.6, minPerSecond: 250 } },
  'capacity-loss-too-large': { ...worker(2, 3.4), capacity: { maxLossShare: 0.01 } },
  'capacity-loss-undecided': { ...holds, capacity: { maxLossShare: 0.2 } },
  'capacity-treatment-holds-more': { ...worker(3.4, 2), capacity: { maxLossShare: 0.2 } },
  'capacity-first-rung-over': worker(6, 6),
  'capacity-generator-drowns': { ...holds, timerLateMs: () => 40 },
  'capacity-flags-not-echoed': { ...holds, echo: () => null },
  'capacity-flag-not-switched': { ...holds, ignores: 'TRACK_MODEL_COSTS' },
  'capacity-target-dies': { ...holds, diesAtMs: 4_000 },
  'capacity-not-recovered': {
    ...holds,
    latencyMs: ({ atMs }: SimulatedRequest) => (atMs > 4_000 ? 400 : 1),
    capacity: { recoverySeconds: 1 },
  },
  'capacity-token-lost': { ...holds, noTokenFromMs: 4_000 },
  'capacity-deadline-passed': { ...holds, capacity: { deadlineMinutes: 0.1 } },
  'capacity-interrupted': { ...holds, interruptedAfterMs: 5_000 },
};

describe('a capacity run ends', { concurrency: true }, () => {
  for (const [name, simulation] of Object.entries(cases))
    test(name, async () => {
      const run = await simulateCapacity(simulation);
      assertEnding(name, { code: run.code, output: `${run.output}\n${run.result.outcome.reason}` });
    });
});

test('settings of other names: an arm of its own in the report; without a proof nothing passes', async () => {
  const run = await simulateCapacity({
    ...holds,
    echo: () => null,
    settings: { values: { sampler: { off: 'never', on: 'always' } }, arms: { tenth: { sampler: 0.1 } } },
    switching: {
      by: 'call',
      write: { method: 'PUT', path: '/sampler', body: '{value}' },
      timeoutMs: 500,
      proof: 'none',
    },
    env: { TREATMENT: 'tenth' },
    capacity: { maxLossShare: 0.6, minPerSecond: 250 },
  });
  assertEnding('capacity-pass-unproven', {
    code: run.code,
    output: `${run.output}\n${run.result.outcome.reason}`,
  });
  assert.deepEqual(
    run.result.capacity?.arms.map(({ flags }) => flags.sampler),
    ['never', 0.1],
  );
  assert.match(textOf(describeResult(run.result)), /treatment +tenth/);
});

test('the interval of each arm spans the rate at which its worker crosses the limit', async () => {
  // Of one worker with exponential service, the time in the system is exponential with rate 1/service − arrivals: its
  // P95, 3.0/rate, and the 1 ms beside it are 150 ms together where 20.1/s are left.
  const { result } = await simulateCapacity({
    ...holds,
    capacity: { blocks: 5, seconds: 8, settleSeconds: 2 },
  });
  for (const [arm, limit] of [1_000 / 2 - 20.1, 1_000 / 2.5 - 20.1].entries()) {
    const interval = result.capacity?.arms[arm]?.perSecond.interval;
    assert.ok(
      interval && interval.lower < limit && limit < interval.upper,
      JSON.stringify({ interval, limit }),
    );
  }
});

test('what an overloaded worker finishes is what it can: the arms, and their difference', async () => {
  const { result } = await simulateCapacity({
    latencyMs: () => 1,
    workMs: ({ isOn }: SimulatedRequest) => (isOn ? 2.5 : 2),
    capacity: { blocks: 5, seconds: 4, settleSeconds: 1 },
  });
  const [finished] = result.capacity?.costs ?? [];
  assert.equal(finished?.cost, 'finishedPerSecond');
  assert.ok(
    Math.abs(finished.baseline - 500) < 5 && Math.abs(finished.treatment - 400) < 5,
    JSON.stringify(finished),
  );
  const { lower = 0, upper = 0 } = finished.interval ?? {};
  assert.ok(lower < -95 && upper > -105 && upper - lower < 20, JSON.stringify(finished));
});

describe('two deployments', () => {
  // The treatment costs a fifth of the capacity, and the second deployment has half of the other's.
  const latencyMs = () => 1;
  const workMs = ({ isOn, baseUrl, random }: SimulatedRequest) =>
    (isOn ? 2.5 : 2) * (baseUrl.includes('two') ? 2 : 1) * random.exponential();
  const capacity = { blocks: 4, seconds: 4, settleSeconds: 1, perSecond: 100 };
  const between = (interval: { lower: number; upper: number } | null | undefined, value: number) =>
    interval != null && interval.lower < value && value < interval.upper;

  test('that exchange their settings: what observability costs, and what the deployment costs', async () => {
    const { code, result } = await simulateCapacity({ switching: crossed, latencyMs, workMs, capacity });
    assert.equal(code, 0);
    const { loss, deployments } = result.capacity ?? {};
    assert.ok(between(loss?.interval, 0.2), JSON.stringify(loss));
    assert.ok(between(deployments?.loss?.interval, 0.52), JSON.stringify(deployments));
    assert.match(
      result.notes.join('\n'),
      /the treatment's deployment itself costs 5\d\.\d % \(95 % interval/,
    );
  });

  test('that do not: nothing is decided, and nothing passes', async () => {
    // Half of the requests: how exactly it is measured does not matter here.
    const run = await simulateCapacity({
      switching: apart,
      latencyMs,
      workMs: (request) => 2 * workMs(request),
      capacity: { ...capacity, perSecond: 50, maxLossShare: 0.9 },
    });
    assertEnding('capacity-deployments-without-swap', run);
    assert.ok((run.result.capacity?.loss.value ?? 0) > 0.5);
    assert.match(run.result.notes.join('\n'), /includes the difference between these/);
  });
});
