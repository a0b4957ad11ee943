/** Each alert seen to fire, and each query of the dashboard to have data, on a real Prometheus filled by real k6 from the reference target. */
import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test as plain } from 'node:test';
import { measured, undisturbed } from './support/measured.ts';
import { copyProject, start } from './support/project.ts';
import { alertsFile, hasPrometheus } from './support/prometheus.ts';

const test = (await hasPrometheus())
  ? measured
  : (name: string) => plain(name, { skip: 'prometheus is not on PATH' });

/** Short arms; and a nightly run that is there once the good runs have been. */
const local = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
  monitor: { intervalMs: 400, drainMs: 0 },
  overhead: { perSecond: 160, seconds: 1.3, settleSeconds: 0.1, warmUpSeconds: 0.5, leastSeconds: 1, drainSeconds: 0.5 },
};`;

const copy = await copyProject({ 'thresholds/local.ts': local, 'thresholds/alerts.ts': alertsFile });
await symlink(join(import.meta.dirname, '../target'), join(copy.folder, 'target'));

/** What k6 or the command line complains of, without k6's progress. */
function errorsOf(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => /level=(warning|error)|^k6-overhead: /.test(line))
    .join('\n');
}

test('every query has data, a good run raises no alert, a bad one all of them', async () => {
  const args = ['--import', import.meta.resolve('tsx'), join(copy.folder, 'test/support/try-alerts.ts')];
  // A machine that does other work as well holds up the generator: then an experiment proves nothing.
  const { code, stdout, stderr } = await undisturbed(
    () => start(process.execPath, args, { cwd: copy.folder, env: { K6_BIN: copy.k6 } }),
    (ended) => ended.code !== 0 && ended.stderr.includes('the load generator is saturated'),
  );
  const [, outcome = ''] = stdout.split(/\n(?=Dashboard: )/);
  assert.notEqual(outcome, '', stdout + stderr);
  const [good = '', bad = ''] = outcome.split(/^Bad runs: /m);
  assert.match(good, /^Good runs: no alert about them$/m);
  assert.deepEqual(good.match(/^ {2}[A-Z].*$/gm), [
    '  NoResult                overhead in staging: no result for 50h',
  ]);
  for (const line of [
    /^ {2}ErrorRateAboveLimit +heavy in local: Error rate is [\d.]+%, the limit is 1%$/m,
    /^ {2}P95AboveLimit +heavy in local: P95 of successful requests is [\d.]+ ms, the limit is 150\.0 ms$/m,
    /^ {2}QueueGrows +heavy in local: .* entries a minute, the limit is 600\.0 entries a minute$/m,
    /^ {2}NoResult +overhead in staging/m,
  ]) {
    assert.match(bad, line, outcome);
  }
  assert.equal(code, 0, outcome + errorsOf(stderr));
  assert.match(good, /^Dashboard: (\d+) of \1 queries return data$/m);
  assert.match(
    bad,
    /^ {2}OverheadAboveBudget +overhead in local: Overhead is [\d.]+ ms, the limit is 150\.0 ms$/m,
  );
});
