/** Series over time, from real k6: they are in the result, and never keep k6 from ending. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../lib/result/run-result.ts';
import { measured as test } from './support/measured.ts';
import { copyProject, type Ended, interruptAt, readReports, type RunOptions } from './support/project.ts';
import { healthy, serve, withProbe } from './support/servers.ts';
import { serveSwitchable } from './support/switchable.ts';

const project = await copyProject();
const answer = withProbe(({ number }) => (number % 4 === 0 ? { status: 500 } : healthy));
let looks = 0;
const { baseUrl } = await serve((request) =>
  request.path.endsWith('/metrics')
    ? { body: JSON.stringify({ cpu: { percent: (looks += 1) } }) }
    : answer(request),
);

async function load(
  env: Record<string, string>,
  options: Pick<RunOptions, 'onStart'> = {},
): Promise<Ended & { result: RunResult | null }> {
  const reports = await mkdtemp(join(project.folder, 'reports', 'timeline-'));
  const ended = await project.cli(['run', 'heavy'], {
    env: { BASE_URL: baseUrl, AUTH_TOKEN: 'a-token', REPORT_DIR: reports, ...env },
    ...options,
  });
  return { ...ended, ...(await readReports(reports)) };
}

test('requests, failures and percentiles second by second, which add up to those of the run', async () => {
  const { result, stderr } = await load({ RATE: '4s:40' });
  assert.ok(result?.timeline, stderr);
  const points = (name: string) => result.timeline?.series.find((one) => one.name === name)?.points ?? [];
  const sum = (name: string) => points(name).reduce((total, [, value]) => total + value, 0);
  const { total, successful } = result.requests;
  // The last, broken period may be missing.
  assert.ok(sum('requests') <= total && sum('requests') >= total - 41, `${sum('requests')} of ${total}`);
  assert.ok(Math.abs(sum('failed requests') - (total - successful)) <= 12, String(sum('failed requests')));
  for (const name of ['P50', 'P95', 'P99']) {
    assert.ok(points(name).length >= 3, name);
    assert.ok(points(name).every(([, ms]) => ms > 0 && ms < 1_000));
  }
  // What the target says about itself: a number that grows with each look.
  const cpu = result.monitor?.series.find(({ name }) => name === 'cpu');
  assert.ok(cpu?.points, JSON.stringify(result.monitor));
  const values = cpu.points.map(([, value]) => value);
  assert.ok(values.length >= 2 && values.every((value, i) => value > (values[i - 1] ?? 0)), values.join());
  assert.ok(Math.min(...values) >= cpu.min && Math.max(...values) <= cpu.max);
});

test('Ctrl+C ends k6 at once, and the series until then are kept', async () => {
  const { code, result, ms, stdout } = await load(
    { RATE: '30s:20' },
    { onStart: interruptAt(/running \((0+m)?06\./) },
  );
  assert.equal(code, 105);
  assert.match(stdout, /ended before its plan/);
  assert.match(stdout, /Report: .*\.txt/);
  assert.ok(ms < 20_000, `${ms} ms, of 30 s that were planned`);
  assert.ok((result?.timeline?.series.length ?? 0) > 0);
});

test('a dashboard that someone has asked for, or turned off, is left alone', async () => {
  const { result } = await load({ RATE: '2s:40', K6_WEB_DASHBOARD: 'false' });
  assert.ok(result);
  assert.equal(result.timeline, null);
});

test('an experiment: each arm has series of its own, with all of its requests', async () => {
  const copy = await copyProject({
    'thresholds/staging.ts': `import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const staging: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  overhead: { perSecond: 150, seconds: 1.5, settleSeconds: 0.1, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5 },
  switching,
};`,
  });
  const server = await serveSwitchable({ extraMs: 5 });
  const reports = await mkdtemp(join(copy.folder, 'reports', 'timeline-'));
  const { stderr } = await copy.cli(['overhead', '--env', 'staging'], {
    env: { BASE_URL: server.baseUrl, AUTH_TOKEN: 'a-token', REPORT_DIR: reports },
  });
  const { result } = await readReports(reports);
  assert.ok(result?.timeline, stderr);
  for (const arm of result.overhead?.arms ?? []) {
    const of = (name: string) =>
      result.timeline?.series.find((one) => one.name === name && one.arm === arm.name)?.points ?? [];
    const requests = of('requests').reduce((sum, [, value]) => sum + value, 0);
    // The last, broken period may be missing.
    assert.ok(requests <= arm.requests && requests >= arm.requests - 300, `${requests} of ${arm.requests}`);
    assert.ok(of('P95').length >= 5, arm.name);
    const { startedAtMs = Infinity } = result.timeline;
    const ends = startedAtMs + result.run.durationMs;
    for (const block of arm.blocks) {
      const at = block?.startedAtMs ?? NaN;
      assert.ok(at > startedAtMs && at < ends, `${at} between ${startedAtMs} and ${ends}`);
    }
  }
});
