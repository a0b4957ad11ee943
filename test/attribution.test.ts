/** Attribution on real k6: shares of costs that were put there, every way to end, and its settings. */
import assert from 'node:assert/strict';
import type { AttributionResult } from '../lib/result/run-result.ts';
import { type K6Run, type RunOptions, copyProject, interruptAt } from './support/project.ts';
import { found, serveSwitchable, type Behaviour, type Switchable } from './support/switchable.ts';
import { measured as test, undisturbed } from './support/measured.ts';

/** The smallest plan there is: 200 requests in each of nine arms of 5 blocks. */
const staging = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const staging: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: { timeoutMs: 5_000, payload: 'test' },
  switching: { ...switching, timeoutMs: 700 },
  overhead: { budgetMs: 60 },
  attribution: { design: 'half', perSecond: 500, seconds: 0.4, settleSeconds: 0.02, warmUpSeconds: 0.1, leastSeconds: 1, blocks: 5 },
};`;
const project = await copyProject({ 'thresholds/staging.ts': staging });

const settings = { TEST_ENV: 'staging', AUTH_TOKEN: 'a-token', MONITOR: 'off', SEED: '7' };

async function onSwitchable(
  behaviour: Behaviour,
  env: Record<string, string> = {},
  options: RunOptions = {},
): Promise<K6Run & { server: Switchable }> {
  const server = await serveSwitchable(behaviour);
  const run = await project.run('attribution', {
    ...options,
    env: { ...settings, BASE_URL: server.baseUrl, ...env },
  });
  return { ...run, server };
}

function attributionOf({ result, stderr }: K6Run): AttributionResult {
  assert.ok(result?.attribution, stderr);
  return result.attribution;
}

test('FAIL: 99, with the flags ranked; their shares hold what was put there, and add up to the overhead', async () => {
  const run = await undisturbed(() =>
    onSwitchable({ extraMs: 4, flagMs: { ENABLE_SIMILARITY_LOGGING: 200, TRACK_MODEL_COSTS: 60 } }),
  );
  assert.equal(run.code, 99, run.stderr);
  const { shares, rest, of, design } = attributionOf(run);
  assert.deepEqual([of, design], ['whole system', 'half']);
  const [first, second] = shares;
  assert.deepEqual([first?.flag, first?.isCause], ['ENABLE_SIMILARITY_LOGGING', true]);
  assert.equal(second?.flag, 'TRACK_MODEL_COSTS');
  for (const [share, ms] of [
    [first, 200],
    [second, 60],
  ] as const) {
    assert.ok(share?.interval);
    // The interval covers the truth in 19 of 20 runs; five times its width in all.
    const slack = 5 * (share.interval.upperMs - share.interval.lowerMs) + 5;
    assert.ok(Math.abs(share.shareMs - ms) < slack, JSON.stringify(share));
  }
  const sum = shares.reduce((total, { shareMs }) => total + shareMs, rest?.shareMs ?? NaN);
  const { estimateMs = null, arms = [] } = run.result?.overhead ?? {};
  assert.ok(estimateMs !== null && Math.abs(sum - estimateMs) < 1e-6, `${sum}, ${estimateMs}`);
  assert.deepEqual(
    arms.map(({ requests }) => requests),
    Array<number>(9).fill(1_000),
  );
  assert.match(run.report, /^ {2}ENABLE_SIMILARITY_LOGGING +\d+\.\d ms .* {2}a cause/m);
  const advice = run.result?.recommendations.find(({ rule }) => rule === 'largest-flag');
  assert.match(advice?.evidence[0] ?? '', /^ENABLE_SIMILARITY_LOGGING is \d+\.\d ms of \d+\.\d ms/);
  assert.deepEqual(run.server.flags(), found);
});

test('Ctrl+C in header mode: 105, with the direct shares of the whole blocks', async () => {
  const behaviour = { flagMs: { TRACK_MODEL_COSTS: 200 }, noAdmin: true };
  const run = await undisturbed(() =>
    onSwitchable(behaviour, { MODE: 'header' }, { onStart: interruptAt(/block 2\//) }),
  );
  assert.equal(run.code, 105, run.stderr);
  assert.equal(run.result?.outcome.status, 'interrupted');
  const { of, shares } = attributionOf(run);
  assert.equal(of, 'direct');
  assert.equal(shares[0]?.flag, 'TRACK_MODEL_COSTS');
  assert.ok(shares[0].shareMs > 100, JSON.stringify(shares));
});
