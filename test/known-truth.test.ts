/** The experiment on the reference target, whose overhead is known because it was put there. */
import assert from 'node:assert/strict';
import { startTarget } from '../target/testing/start.ts';
import { measured as test } from './support/measured.ts';
import { experiment, overheadOf, project } from './support/known-truth.ts';

const spread = { base: { distribution: { kind: 'lognormal', meanMs: 20, sdMs: 8, seed: 1 } } };

for (const { ms, code } of [
  { ms: 100, code: 0 },
  { ms: 200, code: 99 },
]) {
  test(`a delay of ${ms} ms under a budget of 150 ms: exit ${code}, and an interval that holds it`, async () => {
    const run = await experiment({ ...spread, ENABLE_ASYNC_TRACE_EXPORT: { waitMs: ms } });
    assert.equal(run.code, code, run.stderr);
    const advised = run.result?.recommendations.some(({ rule }) => rule === 'unused-flags');
    assert.equal(advised, code === 99, 'to look at the flags is recommended where the budget is exceeded');
    const { interval, estimateMs } = overheadOf(run);
    assert.ok(interval && estimateMs !== null);
    // It covers the truth in 19 of 20 runs. Widened by half of its own width on each side, to four standard errors, it does
    // in all but one of ten thousand; a timer ends up to 2 ms late.
    const slack = (interval.upperMs - interval.lowerMs) / 2 + 2;
    assert.ok(interval.lowerMs - slack < ms && ms < interval.upperMs + slack, JSON.stringify(interval));
  });
}

test('a flag that is silently not applied: INVALID', async () => {
  const faulty = await startTarget({ env: { FLAGS_FAULT: 'ignore:ENABLE_ASYNC_TRACE_EXPORT' }, quiet: true });
  try {
    const run = await project.run('overhead', {
      env: { TEST_ENV: 'staging', BASE_URL: faulty.baseUrl, AUTH_TOKEN: faulty.token },
    });
    assert.equal(run.code, 108, run.stderr);
    assert.match(run.stderr, /ENABLE_ASYNC_TRACE_EXPORT/);
  } finally {
    await faulty.stop();
  }
});
