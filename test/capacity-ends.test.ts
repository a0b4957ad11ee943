/**
 * Capacity on real k6: what k6 adds to the ends that lib/experiment/capacity/run-capacity.test.ts shows on a simulated
 * target, and settings that begin no climb. What brings k6 to its limit: test/capacity.test.ts.
 */
import assert from 'node:assert/strict';
import { capacityOf, climb } from './support/capacity.ts';
import { interruptAt, type K6Run, type RunOptions } from './support/project.ts';
import { found, serveSwitchable } from './support/switchable.ts';
import { measured as test, undisturbed } from './support/measured.ts';

async function end(
  env: NodeJS.ProcessEnv = {},
  options: RunOptions = {},
): Promise<{ run: K6Run; flags: object }> {
  const run = await undisturbed(async () => {
    const server = await serveSwitchable();
    const ended = await climb('ci', { ...options, env: { BASE_URL: server.baseUrl, ...env } });
    return { ...ended, flags: server.flags() };
  });
  return { run, flags: run.flags };
}

test('the ceiling: at least that, and 110 where a limit on the loss stays open', async () => {
  const { run, flags } = await end();
  assert.equal(run.code, 110, run.stderr);
  const { arms: measured, loss } = capacityOf(run);
  assert.deepEqual(
    measured.map(({ perSecond: { kind, value }, limitedBy }) => [kind, value, limitedBy]),
    [
      ['at least', 200, 'ceiling'],
      ['at least', 200, 'ceiling'],
    ],
  );
  assert.equal(loss.kind, 'not known');
  assert.match(run.report, /^INCONCLUSIVE .*was not found; at most 5\.0 % is allowed {2}\(exit code 110\)$/m);
  assert.match(run.report, /raise ceilingPerSecond/);
  assert.deepEqual(flags, found);
});

test('Ctrl+C: 105, what was measured is written, the flags are put back', async () => {
  const { run, flags } = await end({ BLOCKS: '30' }, { onStart: interruptAt(/block 1\/30 /) });
  assert.equal(run.code, 105, run.stderr);
  const { verdict, arms: measured } = capacityOf(run);
  assert.equal(verdict.kind, 'INTERRUPTED');
  assert.ok(measured.some(({ tries }) => tries.length > 0));
  assert.deepEqual(flags, found);
});
