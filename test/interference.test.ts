/** What requests wait for each other: the experiment near the saturation of the reference target, in both modes. */
import assert from 'node:assert/strict';
import { measured as test } from './support/measured.ts';
import { experiment, overheadOf } from './support/known-truth.ts';

test('a CPU cost near saturation: header mode shows a lower bound, toggle finds more', async () => {
  // One worker at 400/s, with about 0.5 ms of its own: busy for six tenths of the time, with the flag for nearly nine.
  const effects = { base: { cpuMs: 1 }, ENABLE_ASYNC_TRACE_EXPORT: { cpuMs: 0.7 } };
  const toggle = overheadOf(await experiment(effects, { TEST_ENV: 'ci', EARLY_STOP: 'off' }));
  const byHeader = await experiment(effects, { TEST_ENV: 'ci', BLOCKS: '20', MODE: 'header' });
  const header = overheadOf(byHeader);
  assert.ok(toggle.interval !== null && header.estimateMs !== null, byHeader.stderr);
  // The whole interval lies above the lower bound, not the number alone.
  assert.ok(
    toggle.interval.lowerMs > header.estimateMs,
    `toggle ${JSON.stringify(toggle.interval)}, header ${header.estimateMs}`,
  );
  assert.match(byHeader.report, /lower bound/);
});
