/**
 * Capacity on real k6: what k6 adds to the ends that lib/experiment/capacity/run-capacity.test.ts shows on a simulated
 * target, and settings that begin no climb.
 */
import assert from 'node:assert/strict';
import { capacityOf, climb } from './support/capacity.ts';
import { interruptAt, type K6Run, type RunOptions } from './support/project.ts';
import { found, serveSwitchable, type Behaviour } from './support/switchable.ts';
import { measured as test, undisturbed } from './support/measured.ts';

async function end(
  testEnv: string,
  behaviour: Behaviour,
  env: NodeJS.ProcessEnv = {},
  options: RunOptions = {},
): Promise<{ run: K6Run; flags: object }> {
  const once = async () => {
    const server = await serveSwitchable(behaviour);
    const run = await climb(testEnv, { ...options, env: { BASE_URL: server.baseUrl, ...env } });
    return { ...run, flags: server.flags() };
  };
  // Only where the rate is the test's own is a drowned generator what it is about.
  const run = env.RATE === undefined ? await undisturbed(once) : await once();
  return { run, flags: run.flags };
}

test('the ceiling: at least that, and 110 where a limit on the loss stays open', async () => {
  const { run, flags } = await end('ci', {});
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

test('a first rung that k6 cannot send, nor the target answer: 108, and no number that it holds', async () => {
  const { run } = await end('local', {}, { RATE: '20000' });
  assert.equal(run.code, 108, run.stderr);
  assert.match(run.report, /^INVALID {2}the (load generator is saturated|baseline is over its limits)/m);
  assert.match(run.report, /lower RATE/);
  for (const { perSecond } of capacityOf(run).arms) {
    assert.ok(['not known', 'at most'].includes(perSecond.kind), perSecond.kind);
  }
});

test('Ctrl+C: 105, what was measured is written, the flags are put back', async () => {
  const { run, flags } = await end('ci', {}, { BLOCKS: '30' }, { onStart: interruptAt(/block 1\/30 /) });
  assert.equal(run.code, 105, run.stderr);
  const { verdict, arms: measured } = capacityOf(run);
  assert.equal(verdict.kind, 'INTERRUPTED');
  assert.ok(measured.some(({ tries }) => tries.length > 0));
  assert.deepEqual(flags, found);
});

// Other wrong ladders: lib/config/capacity-config.test.ts.
test('a ladder that cannot be climbed ends k6 at init with 107 and one line', async () => {
  const run = await climb('ci', { env: { BLOCKS: '2' } });
  assert.equal(run.code, 107, run.stderr);
  assert.match(run.stderr, /capacity plan: 2 blocks; expected at least 3/);
  assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
});
