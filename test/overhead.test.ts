/**
 * The overhead experiment on real k6: what k6 adds to the ends that lib/experiment/run-experiment.test.ts shows on a
 * simulated target.
 */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertEnding } from './support/endings.ts';
import { copyProject, interruptAt, type K6Run, type RunOptions } from './support/project.ts';
import { found, serveSwitchable, type Behaviour } from './support/switchable.ts';
import { heldUp, measured as test, undisturbed } from './support/measured.ts';

/** The smallest plan there is: 200 requests in each arm of 5 blocks. */
const staging = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const staging: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  api: { timeoutMs: 500 },
  switching: { ...switching, timeoutMs: 700 },
  overhead: { perSecond: 250, seconds: 0.8, settleSeconds: 0.1, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5, budgetMs: 60 },
};`;
/** By a header of each request, on a target without an admin call; 200 requests of each arm in 20 blocks. */
const ci = `
import type { Environment } from './types.ts';
export const ci: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  switching: {
    by: 'header',
    header: { name: 'X-Observability-Flags', value: '{flags}' },
    proof: [{ by: 'echo', header: 'x-observability-flags' }],
  },
  overhead: { mode: 'header', perSecond: 500, seconds: 0.8, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 20, budgetMs: 60 },
};`;
/** Limits on what the target says about itself. */
const local = staging
  .replace('const staging', 'const local')
  .replace('budgetMs: 60', 'budgetMs: 60, limits: { cpuMsPerRequest: 1, cpuShare: 0.2, memoryMb: 10 }');
const project = await copyProject({
  'thresholds/staging.ts': staging,
  'thresholds/ci.ts': ci,
  'thresholds/local.ts': local,
});

async function experiment(
  behaviour: Behaviour,
  env: Record<string, string> = {},
  { isDisturbed, ...options }: RunOptions & { isDisturbed?: (run: K6Run) => boolean } = {},
): Promise<K6Run & { server: Awaited<ReturnType<typeof serveSwitchable>> }> {
  const server = await serveSwitchable(behaviour);
  const run = await undisturbed(
    () =>
      project.run('overhead', {
        ...options,
        env: { TEST_ENV: 'staging', BASE_URL: server.baseUrl, SEED: '7', ...env },
      }),
    isDisturbed,
  );
  return { ...run, server };
}

function overheadOf({ result, stderr }: K6Run) {
  assert.ok(result?.overhead, stderr);
  return result.overhead;
}

const invalid: [what: string, behaviour: Behaviour, line: RegExp][] = [
  ['no admin call', { noAdmin: true }, /did not switch .*answered 404/],
  ['a switch that comes too late', { lateMs: 5_000 }, /after 700 ms the target still says/],
  ['a target that dies in a block', { diesAt: 600 }, /answered nothing|did not switch/],
];

function assertInvalid({ code, stderr, result, report }: K6Run, line: RegExp): void {
  assert.equal(code, 108, stderr);
  assert.match(stderr, line);
  assert.equal(result?.outcome.status, 'invalid', report);
  assert.match(report, /^INVALID {2}.*\(exit code 108\)$/m);
}

// Each keeps k6 busy for a tenth of the time: two at once do not disturb each other.
describe('an experiment', { concurrency: 2 }, () => {
  test('PASS: 0, with the verdict first, and the flags as they were found; a switch that takes a moment is waited for', async () => {
    const run = await experiment({ extraMs: 2, lateMs: 200 }, {}, { isDisturbed: heldUp(60) });
    assert.equal(run.code, 0, run.stderr);
    const overhead = overheadOf(run);
    assert.equal(overhead.verdict.kind, 'PASS');
    assert.equal(overhead.measuredBlocks, 5);
    assert.ok(overhead.interval && overhead.estimateMs !== null);
    assert.ok(
      overhead.interval.lowerMs < overhead.estimateMs && overhead.estimateMs < overhead.interval.upperMs,
    );
    assert.deepEqual(
      overhead.arms.map(({ requests }) => requests),
      [1_000, 1_000],
    );
    assert.match(run.report.split('\n')[1] ?? '', /^PASS {2}the overhead is below .* \(exit code 0\)$/);
    assert.equal(run.report.match(/P95:/g)?.length, 1);
    assert.equal(run.stderr.match(/block \d\/5 {2}.* left/g)?.length, 5);
    assert.match(run.stderr, /block 5\/5 {2}difference .* {2}overhead .* left/);
    assert.deepEqual(run.server.flags(), found);
    assert.equal(overhead.flagsRestored, true);
    assert.ok(run.server.received.every(({ headers }) => headers.cookie === undefined));
  });

  test('FAIL: 99 when the target takes more processor time and memory than it may, each a gate of its own', async () => {
    const run = await experiment({ costs: { cpuMsPerRequest: 2, memoryMb: 30 } }, { TEST_ENV: 'local' });
    assert.equal(run.code, 99, run.stderr);
    // k6 ends the run by its gates, at any moment after the verdict: the result says why.
    const { reasons } = overheadOf(run).verdict;
    assert.match(reasons.join('; '), /CPU a request: .*; CPU, share of a processor: .*; Memory: /);
    assert.deepEqual(
      run.result?.gates.map(({ kind, status }) => `${kind} ${status}`),
      ['limit failed', 'floor passed', ...Array<string[]>(3).fill(['limit failed', 'floor passed']).flat()],
    );
    assert.deepEqual(run.server.flags(), found);
    const costs = new Map(overheadOf(run).costs?.map((one) => [one.cost, one]));
    const [cpu, memory] = [costs.get('cpuMsPerRequest'), costs.get('memoryMb')];
    assert.ok(
      cpu && Math.abs(cpu.baseline - 1) < 0.05 && Math.abs(cpu.value - 2) < 0.05,
      JSON.stringify(cpu),
    );
    assert.ok(memory && Math.abs(memory.value - 30) < 1e-6, JSON.stringify(memory));
    assert.match(run.report, /Costs by arm\n *Cost/);
  });

  test('header mode, below the budget: 110, a lower bound, and nothing is switched', async () => {
    const run = await experiment(
      { extraMs: 20, noAdmin: true },
      { TEST_ENV: 'ci' },
      { isDisturbed: heldUp(60) },
    );
    assertEnding('header-below-budget', { code: run.code, output: run.stderr });
    const { estimateMs, measuredBlocks, arms } = overheadOf(run);
    assert.equal(measuredBlocks, 20);
    assert.deepEqual(
      arms.map(({ requests }) => requests),
      [4_000, 4_000],
    );
    assert.ok(estimateMs !== null && Math.abs(estimateMs - 20) < 5, String(estimateMs));
    assert.match(run.report, /lower bound/);
    assert.ok(run.server.received.every(({ method }) => method !== 'PUT'));
  });

  test('a limit on what the target does not tell: refused before any load', async () => {
    const run = await experiment({}, { TEST_ENV: 'local' });
    assertEnding('cost-series-missing', { code: run.code, output: run.stderr });
    assert.equal(run.result?.outcome.status, 'not run');
  });

  for (const [what, behaviour, line] of invalid)
    test(`INVALID, 108: ${what}`, async () => {
      assertInvalid(await experiment(behaviour), line);
    });

  test('Ctrl+C: 105, what was measured is written, the flags are put back', async () => {
    const run = await experiment(
      {},
      { BLOCKS: '30', EARLY_STOP: 'off' },
      { onStart: interruptAt(/block 2\/30 /) },
    );
    assert.equal(run.code, 105, run.stderr);
    assert.equal(run.result?.outcome.status, 'interrupted');
    assert.ok(overheadOf(run).measuredBlocks > 0, run.stderr);
    assert.equal(run.result.run.complete, false);
    assert.deepEqual(run.server.flags(), found);
  });

  test('a treatment of which each request hangs or is cut is a FAIL; one that k6 does not judge is 110, and the report says both; --no-teardown leaves the flags, and it says so', async () => {
    const args = ['--no-thresholds', '--no-teardown'];
    const behaviour: Behaviour = { on: ({ number }) => (number % 2 === 0 ? 'hang' : 'reset') };
    const run = await experiment(behaviour, { BUDGET: '50%' }, { args });
    assertEnding('fail-without-thresholds', { code: run.code, output: run.stderr });
    assert.match(
      run.report,
      /^NOT GATED {2}run without thresholds: .* the verdict was FAIL \(exit code 110\)$/m,
    );
    assert.equal(overheadOf(run).verdict.kind, 'FAIL');
    assert.equal(overheadOf(run).flagsRestored, false);
    assert.match(run.report, /left with the flags of the last arm/);
  });

  test('without setup there is no experiment, and no flag is switched', async () => {
    const run = await experiment({ extraMs: 2 }, {}, { args: ['--no-setup'] });
    assertEnding('experiment-without-setup', { code: run.code, output: run.stderr });
    assert.match(run.report, /^NOT RUN {2}--no-setup/m);
    assert.deepEqual(run.server.flags(), found);
  });

  test('a target that is down is found before any load', async () => {
    const run = await project.run('overhead', { env: { TEST_ENV: 'staging' } });
    assert.equal(run.code, 108, run.stderr);
    assert.equal(run.result?.outcome.status, 'not run');
  });
});
