/** Whole experiments on a simulated target: every way in which one ends. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertEnding, ending } from '../../test/support/endings.ts';
import { apart, crossed } from '../../test/support/simulated-deployments.ts';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import {
  simulateAttribution,
  simulateCapacity,
  simulateOverhead,
  type Simulation,
} from '../../test/support/simulated-runs.ts';
import { usual, type SimulatedRequest } from '../../test/support/simulated-target.ts';
import type { FlagValues, Proof, Settings, Switching } from '../../thresholds/types.ts';
import * as names from '../metrics/overhead-metrics.ts';
import type { Cost } from '../metrics/overhead-metrics.ts';
import { describe as describeResult } from '../report/describe.ts';
import { textOf } from '../report/text.ts';

/** A treatment that takes so much longer. */
const slowerBy = (ms: number) => (request: SimulatedRequest) => usual(request) + (request.isOn ? ms : 0);

const read = { by: 'read', method: 'GET', path: '/flags', readAt: '' } as const;
const byCall = (proof: Switching['proof']): Pick<Simulation, 'switching' | 'echo'> => ({
  echo: () => null,
  switching: {
    by: 'call',
    write: { method: 'PUT', path: '/flags', body: '{settings}' },
    timeoutMs: 500,
    proof,
  },
});

const failing = (share: (request: SimulatedRequest) => number) => (request: SimulatedRequest) =>
  request.random.uniform() < share(request) ? 500 : 200;

/** What is wrong, by its row in docs/what-ends-how.md. */
const cases: Record<string, Simulation> = {
  'overhead-below-budget': { latencyMs: slowerBy(5) },
  'overhead-above-budget': { latencyMs: slowerBy(120) },
  'treatment-fails': { status: failing(({ isOn }) => (isOn ? 0.1 : 0)) },
  'p99-above-budget': {
    latencyMs: (request) => usual(request) + (request.isOn && request.random.uniform() < 0.03 ? 200 : 0),
    overhead: { blocks: 12, budgets: { p50Ms: 20, p99Ms: 60 } },
  },
  'share-above-budget': {
    latencyMs: slowerBy(30),
    overhead: { blocks: 10 },
    env: { BUDGET: '20%' },
  },
  'evidence-too-weak': { latencyMs: slowerBy(60) },
  'arms-alike': { env: { TREATMENT: 'none' } },
  'pass-unproven': { latencyMs: slowerBy(5), ...byCall('none') },
  'fail-unproven': { latencyMs: slowerBy(120), ...byCall('none') },
  'switched-off-meanwhile': { ...byCall([read]), switchedOffAtMs: 4500 },
  'header-above-budget': {
    latencyMs: slowerBy(120),
    env: { MODE: 'header' },
    overhead: { perSecond: 500, blocks: 20 },
  },
  'header-below-budget': { env: { MODE: 'header' }, overhead: { perSecond: 500, blocks: 20 } },
  'generator-hiccups': { timerLateMs: (random) => (random.uniform() < 0.05 ? 40 : 0) },
  'generator-drowns': { timerLateMs: () => 40 },
  'flags-not-echoed': { echo: () => null },
  'other-flags-echoed': { echo: (flags) => ({ ...flags, TRACK_MODEL_COSTS: false }) },
  'baseline-fails': { status: failing(() => 0.1) },
  'baseline-fails-more': { status: failing(({ isOn }) => (isOn ? 0 : 0.04)) },
  'treatment-faster': { latencyMs: (request) => usual(request) + (request.isOn ? 0 : 170) },
  'flags-work-late': {
    latencyMs: slowerBy(200),
    worksLateMs: 1_500,
    overhead: { seconds: 2, settleSeconds: 0.5, blocks: 8, budgetMs: 150 },
  },
  'effect-fades': {
    latencyMs: (request) =>
      usual(request) + (request.isOn ? 100 : 100 * Math.exp(-request.sinceSwitchMs / 1_000)),
    overhead: { seconds: 2, settleSeconds: 0.5, blocks: 12, budgetMs: 150 },
    env: { EARLY_STOP: 'off' },
  },
  'cpu-a-request-above-limit': {
    cpuMs: ({ isOn, random }) => (isOn ? 6 : 2) * random.exponential(),
    overhead: { limits: { cpuMsPerRequest: 2 } },
  },
  'cpu-share-above-limit': {
    cpuMs: ({ isOn, random }) => (isOn ? 6 : 2) * random.exponential(),
    overhead: { limits: { cpuShare: 0.5 } },
  },
  'memory-above-limit': {
    cpuMs: () => 1,
    memoryMb: ({ isOn, random }) => 100 + (isOn ? 50 : 0) + random.normal(),
    overhead: { limits: { memoryMb: 20 } },
  },
  'costs-within-limits': {
    cpuMs: ({ isOn, random }) => (isOn ? 6 : 2) * random.exponential(),
    memoryMb: ({ isOn, random }) => 100 + (isOn ? 50 : 0) + random.normal(),
    overhead: { limits: { cpuMsPerRequest: 8, cpuShare: 1.8, memoryMb: 80 } },
  },
  'cost-undecided': {
    cpuMs: ({ isOn, random }) => (isOn ? 6 : 2) * random.exponential(),
    overhead: { limits: { cpuMsPerRequest: 4 } },
  },
  'cost-not-read': {
    cpuMs: () => 1,
    memoryMb: ({ atMs }) => (atMs < 5_000 ? 100 : null),
    overhead: { limits: { cpuMsPerRequest: 2 } },
  },
  'flag-not-switched': { ignores: 'TRACK_MODEL_COSTS' },
  'target-dies': { diesAtMs: 4_000 },
  'token-lost': { noTokenFromMs: 4_000 },
  'deadline-passed': { switchMs: 30_000 },
  'experiment-throws': {
    status: ({ atMs }) => {
      if (atMs > 2_000) throw new TypeError('no such thing');
      return 200;
    },
  },
  'experiment-interrupted': { interruptedAfterMs: 5_000 },
};

describe('an experiment ends', { concurrency: true }, () => {
  for (const [name, simulation] of Object.entries(cases))
    test(name, async () => {
      const run = await simulateOverhead(simulation);
      assertEnding(name, { code: run.code, output: `${run.output}\n${run.result.outcome.reason}` });
    });
});

test('an interrupted experiment reports its whole blocks, and none that was cut short', async () => {
  const { result, samples } = await simulateOverhead({ interruptedAfterMs: 5_000 });
  assert.equal(result.outcome.status, 'interrupted');
  assert.equal(result.overhead?.measuredBlocks, 2);
  assert.equal(samples.filter(({ metric }) => metric === names.LATENCY).length, 2 * 2 * 200);
});

test('what a broken experiment measured before is no number, and no recommendation rests on it', async () => {
  const { code, result } = await simulateOverhead({
    latencyMs: slowerBy(100),
    diesAtMs: 9_000,
    env: { EARLY_STOP: 'off' },
  });
  assert.equal(code, 108);
  assert.ok((result.overhead?.measuredBlocks ?? 0) >= 2);
  const { estimateMs, interval, curve, arms = [] } = result.overhead ?? {};
  assert.deepEqual([estimateMs, interval, curve], [null, null, undefined]);
  assert.ok(
    arms.every(({ p95Ms }) => p95Ms !== null),
    'what the arms were measured at is there',
  );
  assert.deepEqual(result.recommendations, []);
});

test('the report judges as the experiment did', async () => {
  for (const ms of [0, 60, 120]) {
    const { ending, result } = await simulateOverhead({ latencyMs: slowerBy(ms) });
    assert.equal(result.overhead?.verdict.kind, ending?.kind);
    assert.ok(ending?.text.includes(result.overhead?.verdict.reasons[0] ?? 'a reason'), ending?.text);
  }
});

test('early stop: 20 blocks are over after a few where the answer is plain, and all are measured without it', async () => {
  const plain = { latencyMs: slowerBy(150), overhead: { blocks: 20 } };
  const stopped = await simulateOverhead(plain);
  assert.equal(stopped.code, 99);
  assert.ok((stopped.result.overhead?.measuredBlocks ?? 20) < 10);
  const whole = await simulateOverhead({ ...plain, env: { EARLY_STOP: 'off' } });
  assert.equal(whole.result.overhead?.measuredBlocks, 20);
});

test('nothing passes early before arms that follow a like arm could be compared with the others', async () => {
  const { result, code } = await simulateOverhead({ overhead: { blocks: 20, leastSeconds: 1 } });
  assert.equal(code, 0);
  const { measuredBlocks = 0, orders = [] } = result.overhead ?? {};
  const arms = orders.join('').split('');
  const like = (arm: string) => arms.filter((one, i) => one === arm && arms[i - 1] === arm).length;
  assert.ok(measuredBlocks > 5 && measuredBlocks < 20, String(measuredBlocks));
  assert.equal(Math.min(like('B'), like('T')), 3, arms.join(''));
});

test('flags that are not echoed end it after the first block, a drowned generator likewise', async () => {
  for (const simulation of [cases['flags-not-echoed'], cases['generator-drowns']]) {
    const { result } = await simulateOverhead(simulation);
    assert.equal(result.overhead?.measuredBlocks, 1);
  }
});

test('a faster treatment is no matter where the team allows it, or where flags are compared with flags', async () => {
  const latencyMs = (request: SimulatedRequest) =>
    usual(request) + (request.flags.TRACK_MODEL_COSTS ? 0 : 170);
  const allowed = await simulateOverhead({ latencyMs, overhead: { allowFaster: true } });
  assert.equal(allowed.code, 0);
  const flags = await simulateOverhead({
    latencyMs,
    env: { BASELINE: 'ENABLE_LANGFUSE_EXPORT', TREATMENT: 'TRACK_MODEL_COSTS' },
  });
  assert.equal(flags.code, 0);
  const forbidden = await simulateOverhead({ latencyMs });
  assert.equal(forbidden.code, 108);
});

test('a switch waits until the queues are as empty as at the start, and no longer than it may', async () => {
  // A full queue slows everything: without a wait the baseline would feel what the treatment left.
  const latencyMs = (request: SimulatedRequest) => usual(request) + Math.min(40, request.queued);
  const overhead = { seconds: 2, settleSeconds: 0.5, blocks: 8, drainSeconds: 5 };
  const waits = await simulateOverhead({ latencyMs, drainsPerSecond: 200, overhead });
  const [baseline] = waits.result.overhead?.arms ?? [];
  assert.ok((baseline?.p95Ms ?? 0) < 42, String(baseline?.p95Ms));
  const hurries = await simulateOverhead({
    latencyMs,
    drainsPerSecond: 200,
    overhead: { ...overhead, drainSeconds: 0 },
  });
  const [spoilt] = hurries.result.overhead?.arms ?? [];
  assert.ok((spoilt?.p95Ms ?? 0) > 50, String(spoilt?.p95Ms));
});

test('latency decides only after each arm has been under load for long enough, errors before', async () => {
  const overhead = { blocks: 20, leastSeconds: 8 };
  const plain = await simulateOverhead({ latencyMs: slowerBy(5), overhead });
  assert.equal(plain.code, 0);
  assert.equal(plain.result.overhead?.measuredBlocks, 10);
  assert.match(plain.output, /; what comes less often than once in 2\.7 s was not looked for/);
  const failing = await simulateOverhead({
    status: ({ isOn, random }) => (isOn && random.uniform() < 0.3 ? 500 : 200),
    overhead,
  });
  assert.equal(failing.code, 99);
  assert.equal(failing.result.overhead?.measuredBlocks, 5);
});

test('what is not answered counts as the time-out', async () => {
  const { result } = await simulateOverhead({ status: ({ isOn }) => (isOn ? 0 : 200) });
  const treatment = result.overhead?.arms.find(({ name }) => name === 'treatment');
  assert.equal(treatment?.p95Ms, 500);
  assert.equal(treatment.errors, treatment.requests);
  assert.equal(result.overhead?.verdict.kind, 'FAIL');
});

describe('requests that wait for each other', () => {
  // At 250/s one worker is busy for 50 and 85 % of the time.
  const queue: Simulation = {
    latencyMs: () => 1,
    workMs: ({ isOn, random }) => (isOn ? 3.4 : 2) * random.exponential(),
    env: { EARLY_STOP: 'off' },
  };

  test('the cost of a flag shows in the whole system', async () => {
    const { result } = await simulateOverhead({ ...queue, overhead: { seconds: 2 } });
    const [baseline, treatment] = result.overhead?.arms ?? [];
    assert.ok(
      (treatment?.p95Ms ?? 0) > 3 * (baseline?.p95Ms ?? 0),
      JSON.stringify([baseline?.p95Ms, treatment?.p95Ms]),
    );
  });

  test('header mode, in which both arms wait for both, shows a lower bound', async () => {
    const toggle = await simulateOverhead({ ...queue, overhead: { seconds: 2, blocks: 6 } });
    const { result } = await simulateOverhead({
      ...queue,
      env: { ...queue.env, MODE: 'header' },
      overhead: { seconds: 4, blocks: 20 },
    });
    const { interval } = toggle.result.overhead ?? {};
    const estimateMs = result.overhead?.estimateMs ?? NaN;
    // The whole interval lies above the lower bound, not the number alone.
    assert.ok((interval?.lowerMs ?? NaN) > estimateMs, `${JSON.stringify(interval)}, header ${estimateMs}`);
    assert.match(textOf(describeResult(result)), /lower bound/);
  });
});

for (const [design, arms] of [
  ['full', 17],
  ['half', 9],
] as const)
  test(`attribution in ${arms} arms finds the flag that costs`, async () => {
    const { result, code } = await simulateAttribution({
      // In 5 of 100 sessions chance calls one of the others a cause; in this one it does not.
      env: { DESIGN: design, SEED: '8' },
      latencyMs: (request) => usual(request) + (request.flags.TRACK_MODEL_COSTS === true ? 30 : 0),
    });
    assert.equal(result.overhead?.arms.length, arms);
    assert.equal(code, 0);
    const [first, ...others] = result.attribution?.shares ?? [];
    assert.equal(first?.flag, 'TRACK_MODEL_COSTS');
    assert.ok(first.isCause && Math.abs(first.shareMs - 30) < 6, String(first.shareMs));
    for (const { flag, shareMs, isCause } of others) assert.equal(isCause, false, `${flag} ${shareMs}`);
  });

test('attribution FAILs where the treatment takes more of the processor than the overhead experiment allows', async () => {
  const { code, output, result } = await simulateAttribution({
    cpuMs: ({ isOn, random }) => (isOn ? 6 : 2) * random.exponential(),
    overhead: { limits: { cpuMsPerRequest: 2 } },
    env: { DESIGN: 'half' },
  });
  assertEnding('cpu-a-request-above-limit', { code, output });
  assert.ok(result.gates.some(({ name, status }) => name.startsWith('CPU a request') && status === 'failed'));
});

test('attribution is INVALID where one flag does not switch, without shares', async () => {
  const { code, output, result } = await simulateAttribution({ ignores: 'TRACK_MODEL_COSTS' });
  assertEnding('flag-not-switched', { code, output: `${output}\n${result.outcome.reason}` });
  assert.equal(result.attribution, null);
});

test('attribution with switches that take too long is INVALID', async () => {
  const { code, output } = await simulateAttribution({ switchMs: 30_000 });
  assertEnding('deadline-passed', { code, output });
});

describe('two deployments', () => {
  // The treatment costs 20 ms, and the second deployment is 30 ms slower whatever its settings.
  const latencyMs = (request: SimulatedRequest) =>
    usual(request) + (request.isOn ? 20 : 0) + (request.baseUrl.includes('two') ? 30 : 0);
  const overhead = { blocks: 8, seconds: 1.6, leastSeconds: 8 };

  test('that exchange their settings: the overhead is without their own difference, which is reported', async () => {
    const { code, result, samples } = await simulateOverhead({ switching: crossed, latencyMs, overhead });
    assert.equal(code, 0);
    assert.ok(result.overhead?.interval && result.overhead.deployments);
    const { interval, estimateMs, orders, measuredBlocks, deployments, arms, noise } = result.overhead;
    assert.ok(interval.lowerMs <= 20 && interval.upperMs >= 20, JSON.stringify(interval));
    assert.ok(Math.abs((estimateMs ?? 0) - 20) < 5, String(estimateMs));
    const own = deployments.interval;
    assert.ok(own && own.lowerMs <= 30 && own.upperMs >= 30 && own.lowerMs > 20, JSON.stringify(deployments));
    assert.ok(measuredBlocks < 8, String(measuredBlocks));
    // Each block has both arms on both deployments; where blocks meet, nothing is exchanged.
    for (const order of orders) assert.match(order, /^(BTTB|TBBT)$/);
    for (const { requests } of arms) assert.equal(requests, 400 * measuredBlocks);
    const slow = samples.filter(({ metric }) => metric === names.BLOCK_SLOW);
    assert.ok(slow.length > 0 && slow.every(({ tags }) => Number(tags.block) <= measuredBlocks));
    assert.equal(noise, null);
    assert.match(
      textOf(describeResult(result)),
      /P95 on the treatment's deployment is \d+\.\d ms \(95 %: .*\) above that on the baseline's: the overhead is without it/,
    );
    assert.match(textOf(describeResult(result)), /No costs by arm: .* is asked at baseUrl alone/);
  });

  test('that do not: INCONCLUSIVE, whatever the numbers say, and the report says why', async () => {
    const run = await simulateOverhead({ switching: apart, latencyMs, overhead });
    assertEnding('deployments-without-swap', run);
    assert.equal(run.result.overhead?.measuredBlocks, 8);
    assert.deepEqual(
      run.result.overhead.guards.filter(({ name }) => name === 'carry-over'),
      [],
    );
    const failing = await simulateOverhead({ switching: apart, latencyMs: slowerBy(200), overhead });
    assert.equal(failing.code, 110);
  });

  for (const [name, simulation] of Object.entries({
    'deployments-not-exchanged': { crossing: 'fails' },
    'deployments-exchanged-by-half': { crossing: 'changes one' },
    'deployment-dies': { diesAtMs: 4_000 },
    'deployments-exchanged-late': {
      worksLateMs: 1_500,
      latencyMs: slowerBy(200),
      overhead: { ...overhead, seconds: 3, settleSeconds: 0.2, blocks: 8, budgetMs: 150 },
    },
  } satisfies Record<string, Simulation>))
    test(name, async () => {
      assertEnding(name, await simulateOverhead({ switching: crossed, overhead, ...simulation }));
    });
});

describe('by command', () => {
  const switching: Switching = {
    by: 'command',
    run: './restart.sh',
    timeoutMs: 5_000,
    readyTimeoutMs: 5_000,
    proof: fixtureEnvironment.switching.proof,
  };
  const env = { COMMANDS_ADDRESS: 'http://127.0.0.1:1/', COMMANDS_SECRET: 'of this run' };
  const restarts = { switching, switchMs: 3_000 };

  test('a restart of three seconds before each arm: the same verdicts, in all that switches', async () => {
    for (const [ms, code] of [
      [5, 0],
      [120, 99],
    ] as const) {
      const run = await simulateOverhead({ ...restarts, env, latencyMs: slowerBy(ms) });
      assert.equal(run.code, code, run.output);
    }
    const attribution = await simulateAttribution({ ...restarts, env: { ...env, DESIGN: 'half' } });
    assert.equal(attribution.code, 0, attribution.output);
    const capacity = await simulateCapacity({ ...restarts, env, workMs: () => 2 });
    assert.equal(capacity.code, 0, capacity.output);
  });

  test('nothing of it without the command line', () => {
    assert.throws(
      () => simulateOverhead(restarts),
      ({ message }: Error) => message.includes(ending('command-by-plain-k6').says),
    );
  });
});

describe('proof by counter', () => {
  const echo: Proof = { by: 'echo', header: 'X-Flags' };
  const switching: Switching = {
    ...fixtureEnvironment.switching,
    proof: [echo, { by: 'counter', url: 'https://sink.example.com/metrics', readAt: 'spans' }],
  };

  test('that grows with observability and stands still without: nothing is said against the switch', async () => {
    const run = await simulateOverhead({ switching, latencyMs: slowerBy(5) });
    assert.equal(run.code, 0, run.output);
  });

  for (const [name, simulation] of Object.entries({
    'counter-stands-still': { counts: () => false },
    'counter-grows-without': { counts: () => true },
    'counter-is-late': { exportsEachMs: 700 },
    'counter-is-gone': { noCounterFromMs: 4_000 },
  } satisfies Record<string, Simulation>))
    test(name, async () => {
      const run = await simulateOverhead({ switching, latencyMs: slowerBy(5), ...simulation });
      assertEnding(name, run);
      assert.match(run.result.outcome.reason, /^a counter contradicts what the target says/);
    });

  test('of one setting: it may stand still where only others are on', async () => {
    const proof: Proof = { by: 'counter', path: '/spans', readAt: '', settings: ['ENABLE_LANGFUSE_EXPORT'] };
    const counts = ({ flags }: SimulatedRequest) => flags.ENABLE_LANGFUSE_EXPORT === true;
    const run = await simulateAttribution({
      switching: { ...switching, proof: [echo, proof] },
      counts,
      env: { DESIGN: 'half' },
    });
    assert.equal(run.code, 0, run.output);
  });
});

test('stalls: on how many P95 rests, and when they were', async () => {
  // One second of +400 ms in each eight, in both arms: an eighth of all requests.
  const latencyMs = (request: SimulatedRequest) => usual(request) + (request.atMs % 8_000 < 1_000 ? 400 : 0);
  const { result } = await simulateOverhead({
    latencyMs,
    env: { EARLY_STOP: 'off' },
    overhead: { perSecond: 100, seconds: 4, settleSeconds: 0.5, blocks: 8, budgetMs: 150 },
  });
  assert.ok(result.overhead);
  for (const { name, stalls, blocks } of result.overhead.arms) {
    assert.ok(stalls && stalls.count >= 2 && stalls.count <= 6, JSON.stringify(stalls));
    assert.ok(stalls.share > 0.5 && Math.abs((stalls.typicalMs ?? 0) - 950) < 150, JSON.stringify(stalls));
    const note = result.notes.find((line) =>
      line.startsWith(`The ${name}'s P95 rests on ${stalls.count} stalls of about`),
    );
    assert.ok(note, result.notes.join('\n'));
    // Half of the requests of a stall lie above P95: its slices have level 2.
    const seen = { stalls: 0, calm: 0 };
    for (const block of blocks) {
      assert.ok(block?.slow && block.startedAtMs);
      const { startedAtMs, slow } = block;
      const { sliceMs, levels } = slow;
      levels.forEach((level, i) => {
        const from = (startedAtMs + i * sliceMs - 1_700_000_000_000) % 8_000;
        const isStall = from >= 0 && from + sliceMs < 1_000;
        const isCalm = from > 1_100 && from + sliceMs < 7_900;
        seen.stalls += Number(isStall);
        seen.calm += Number(isCalm);
        if (isStall) assert.ok(level >= 1, `${name} ${from}: ${level}`);
        if (isCalm) assert.equal(level, 0, `${name} ${from}`);
      });
    }
    assert.ok(seen.stalls > 0 && seen.calm > 50, JSON.stringify(seen));
  }
});

test('several budgets, and the curve: in the report as the experiment judged them', async () => {
  const { result, code, output } = await simulateOverhead({
    latencyMs: slowerBy(5),
    overhead: { blocks: 12, budgets: { p50Ms: '80%', p99Ms: 40 } },
    env: { EARLY_STOP: 'off', BUDGET: '50%' },
  });
  assert.equal(code, 0, output);
  const { budgets = [], curve = [], budgetMs, arms, verdict } = result.overhead ?? {};
  assert.deepEqual(
    budgets.map(({ level, budget, outcome }) => [level, budget, outcome]),
    [
      [0.95, '50 % of the baseline', 'kept'],
      [0.5, '80 % of the baseline', 'kept'],
      [0.99, '40 ms', 'kept'],
    ],
  );
  assert.equal(budgetMs, 0.5 * (arms?.[0]?.p95Ms ?? NaN));
  for (const one of budgets) assert.match(output, new RegExp(`below ${one.bounds?.upperMs.toFixed(1)} ms`));
  assert.match(verdict?.reasons[0] ?? '', /at P50 is below/);
  assert.equal(curve.length, 14);
  for (const { level, overheadMs, interval } of curve) {
    assert.ok(interval && interval.lowerMs <= overheadMs && overheadMs <= interval.upperMs, `${level}`);
    if (level < 0.95) assert.ok(interval.lowerMs < 5 && 5 < interval.upperMs, `${level}`);
  }
  const text = textOf(describeResult(result));
  assert.match(
    text,
    /Percentile +Budget +Overhead +One-sided bounds +Budget kept\n +P95 +50 % of the baseline, .* ms +below [\d.]+ ms +kept\n/,
  );
  assert.match(text, /Overhead by percentile\n +Percentile +overhead +95 % interval from +to\n +P50 /);
});

test('a PASS of few blocks says what it could not see', async () => {
  const noted = async (blocks: number) => {
    const { result } = await simulateOverhead({
      latencyMs: slowerBy(5),
      overhead: { blocks },
      env: { EARLY_STOP: 'off' },
    });
    assert.equal(result.overhead?.verdict.kind, 'PASS');
    return result.notes.some((note) => note.startsWith('Too few arms follow a like arm'));
  };
  assert.deepEqual([await noted(5), await noted(12)], [true, false]);
});

test('a constant delay makes no stalls: what differs in the last digits is not slow', async () => {
  for (const jitterMs of [0, 0.4]) {
    const { result } = await simulateOverhead({
      latencyMs: ({ isOn, random, atMs }) =>
        (isOn ? 50.1 : 20.3) + jitterMs * random.uniform() + jitterMs * Math.sin(atMs / 700),
    });
    for (const { stalls } of result.overhead?.arms ?? []) assert.equal(stalls?.count, 0, `${jitterMs}`);
    assert.doesNotMatch(result.notes.join('\n'), /rests on/);
  }
});

test('the noise of a run: what neighbouring equal arms differ by', async () => {
  const { result } = await simulateOverhead({ latencyMs: slowerBy(5) });
  const noise = result.overhead?.noise;
  assert.ok(noise && noise.pairs >= 2 && noise.medianMs > 0 && noise.mostMs < 15, JSON.stringify(noise));
});

test('what would settle it: how long, and longer blocks where an arm is hardly longer than a stall', async () => {
  // A stall in each arm of the treatment, and a budget that lies among what its blocks show.
  const isStall = ({ isOn, sinceSwitchMs }: SimulatedRequest) =>
    isOn && sinceSwitchMs > 200 && sinceSwitchMs < 750;
  const { result, output, code } = await simulateOverhead({
    latencyMs: (request) => usual(request) + (isStall(request) ? 380 : 0),
    overhead: { budgetMs: 250 },
  });
  assert.equal(code, 110, output);
  const { moreBlocks, moreMinutes } = result.overhead?.verdict ?? {};
  assert.ok(moreBlocks != null && moreMinutes != null, output);
  // Two arms of 0.8 s, and as often 0.1 s of settling.
  assert.ok(Math.abs(moreMinutes * 60 - moreBlocks * 1.8) < 1e-9);
  assert.match(
    output,
    /about \d+ more blocks like these \(\d+m?\d*s?\) may settle it, sooner in blocks of 2 s, .*many times as many/,
  );
  assert.match(
    result.notes.join('\n'),
    /The treatment's P95 rests on \d stalls of about [45]\d\d(\.\d)? ms; .* more may settle it, rather in blocks of 2 s than in more of 0\.8 s\./,
  );
});

test('after few blocks an interval that reaches up to the time-out is said to be not yet bounded, and is in no metric', async () => {
  const stalling = (request: SimulatedRequest) =>
    usual(request) + (request.random.uniform() < 0.06 ? 300 : 0);
  const { output, samples, result } = await simulateOverhead({
    latencyMs: stalling,
    interruptedAfterMs: 7_500,
  });
  assert.equal(result.overhead?.measuredBlocks, 2);
  const [second = ''] = output.split('\n').filter((line) => line.includes('block 2/'));
  assert.match(second, /overhead -?[\d.]+ ms, 95 % not yet bounded/);
  const charted = samples.filter(({ metric }) => metric === names.OVERHEAD_UPPER);
  assert.deepEqual(charted, []);
  assert.equal(result.overhead.interval, null);
});

test('what the arms cost besides latency: processor, memory, event loop and finished requests, with intervals', async () => {
  const { result, code } = await simulateOverhead({
    latencyMs: slowerBy(30),
    cpuMs: ({ isOn, random }) => (isOn ? 3 : 1) * random.exponential(),
    memoryMb: ({ isOn, random }) => 100 + (isOn ? 30 : 0) + random.normal(),
    env: { EARLY_STOP: 'off' },
    overhead: { blocks: 20 },
  });
  assert.equal(code, 0);
  const costs = new Map(result.overhead?.costs?.map((cost) => [cost.cost, cost]));
  const holds = (cost: Cost, baseline: number, treatment: number, within: number) => {
    const found = costs.get(cost);
    assert.ok(found?.interval, cost);
    assert.equal(found.blocks, 20);
    assert.ok(Math.abs(found.baseline - baseline) < within, `${cost}: ${found.baseline}`);
    assert.ok(Math.abs(found.treatment - treatment) < within, `${cost}: ${found.treatment}`);
    const { lower, upper } = found.interval;
    const truth = treatment - baseline;
    assert.ok(lower <= truth && truth <= upper, `${cost}: ${JSON.stringify(found)}`);
    assert.ok(upper - lower < 2 * within, `${cost}: ${JSON.stringify(found)}`);
  };
  holds('cpuMsPerRequest', 1, 3, 0.2);
  // 200 requests in 0.8 s: waiting for the last answer, which takes the treatment longer, is no load.
  holds('cpuShare', 0.25, 0.75, 0.05);
  holds('memoryMb', 100, 130, 1);
  holds('eventLoopDelayMs', 1, 3, 0.01);
  // Answers come as fast as requests go out, however long each takes.
  const finished = costs.get('finishedPerSecond');
  assert.ok(finished && Math.abs(finished.baseline - 250) < 10, JSON.stringify(finished));
  assert.ok(Math.abs(finished.value) < 5, JSON.stringify(finished));
});

test('a target that tells nothing about itself has no costs but finished requests', async () => {
  const { result } = await simulateOverhead();
  assert.deepEqual(
    result.overhead?.costs?.map(({ cost }) => cost),
    ['finishedPerSecond'],
  );
});

describe('settings of other names and values', { concurrency: true }, () => {
  /** One switch the other way round, and one of three values. */
  const sampler: Settings = {
    values: {
      OTEL_SDK_DISABLED: { off: 'true', on: 'false' },
      OTEL_TRACES_SAMPLER_ARG: { off: '0', on: '1' },
    },
    main: 'OTEL_SDK_DISABLED',
    arms: { sampled: { OTEL_TRACES_SAMPLER_ARG: '0.1' } },
  };
  const costs = ({ flags }: SimulatedRequest) =>
    flags.OTEL_SDK_DISABLED === 'false' ? 100 * Number(flags.OTEL_TRACES_SAMPLER_ARG) : 0;
  const slower = (request: SimulatedRequest) => usual(request) + costs(request);

  test('an arm of its own name: a tenth of the traces costs a tenth, and passes', async () => {
    const sampled = { settings: sampler, latencyMs: slower, env: { TREATMENT: 'sampled' } };
    const run = await simulateOverhead(sampled);
    assert.equal(run.code, 0, run.output);
    const [, treatment] = run.result.overhead?.arms ?? [];
    assert.deepEqual(treatment?.flags, { OTEL_SDK_DISABLED: 'false', OTEL_TRACES_SAMPLER_ARG: '0.1' });
    assert.match(textOf(describeResult(run.result)), /treatment +sampled/);
    const all = await simulateOverhead({ ...sampled, env: {} });
    assert.equal(all.code, 99, all.output);
  });

  test('a call that says what is in force is a proof where no answer does', async () => {
    const run = await simulateOverhead({ ...byCall([read]), latencyMs: slowerBy(5) });
    assert.equal(run.code, 0, run.output);
    const guards = run.result.overhead?.guards.map(({ name }) => name) ?? [];
    assert.ok(guards.includes('settings read') && !guards.includes('flags echoed'), guards.join());
  });

  /** Without a main one; the second and the fifth cost, and both together cost more. */
  const seven: Settings = {
    values: Object.fromEntries('a,b,c,d,e,f,g'.split(',').map((name) => [name, {}])),
  };
  const ofSeven = ({ b, e }: FlagValues) =>
    (b === true ? 60 : 0) + (e === true ? 25 : 0) + (b === true && e === true ? 20 : 0);

  test('seven settings: sixteen arms find what costs, and blame no other', async () => {
    const run = await simulateAttribution({
      settings: seven,
      latencyMs: (request) => usual(request) + ofSeven(request.flags),
      attribution: { blocks: 12 },
    });
    const { attribution, overhead, configuration } = run.result;
    assert.equal(overhead?.arms.length, 16);
    assert.ok(attribution !== null && attribution.rest === null && attribution.together !== null);
    assert.equal(attribution.design, 'fraction');
    assert.deepEqual(
      attribution.shares.filter(({ isCause }) => isCause).map(({ flag }) => flag),
      ['b', 'e'],
    );
    const sum = [...attribution.shares, attribution.together].reduce(
      (total, { shareMs }) => total + shareMs,
      0,
    );
    assert.ok(Math.abs(sum - (overhead.estimateMs ?? NaN)) < 1e-6);
    assert.deepEqual(Object.keys(configuration.settings?.values ?? {}), 'a,b,c,d,e,f,g'.split(','));
    const text = textOf(describeResult(run.result));
    assert.match(text, /16 of the combinations/);
    assert.match(text, /three or more only together/);
  });
});
