/** Capacity on real k6: what the treatment costs on the reference target, and a rate that k6 cannot send. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { startTarget, type Target } from '../target/testing/start.ts';
import { Client } from '../target/testing/client.ts';
import { capacityOf, climb } from './support/capacity.ts';
import type { K6Run } from './support/project.ts';
import { serveSwitchable } from './support/switchable.ts';
import { measured as test, undisturbed } from './support/measured.ts';

/** Held up by other work on the machine: the generator was the limit, or not even the first rung was held. */
function isDisturbed({ result }: K6Run): boolean {
  return (
    result?.capacity?.arms.some(({ limitedBy: by }) => by === 'generator' || by === 'first rung') ?? false
  );
}

describe('on the reference target', () => {
  let target: Target;
  before(async () => (target = await startTarget({ quiet: true })));
  after(() => target.stop());

  test('a loss that is there: its size, 99 by the limit on it, and the flags as they were found', async () => {
    await new Client(target).inject({ base: { cpuMs: 0.5 }, ENABLE_ASYNC_TRACE_EXPORT: { cpuMs: 2 } });
    const env = { BASE_URL: target.baseUrl, AUTH_TOKEN: target.token };
    const run = await undisturbed(() => climb('staging', { env }), isDisturbed);
    assert.equal(run.code, 99, run.stderr);
    const { loss, arms: measured, verdict, flagsRestored } = capacityOf(run);
    assert.equal(verdict.kind, 'FAIL');
    assert.equal(flagsRestored, true);
    // 2 ms of the 3 or so that a request then takes; how many it takes without them depends on the machine.
    assert.ok(loss.value !== null && loss.value > 0.2 && loss.value < 0.9, JSON.stringify(loss));
    assert.ok((loss.bounds.lower ?? 0) > 0.05);
    assert.ok(measured.every(({ blocks }) => blocks.length === 3));
    assert.match(run.report, /^FAIL {2}observability costs .* of capacity.*; at most 5\.0 % is allowed/m);
    assert.match(run.report, /Observability takes capacity/);
    assert.match(run.stderr, /block 1\/3 {2}baseline +200\/s {2}P95 .* holds/);
  });
});

test('a first rung that k6 cannot send, nor the target answer: 108, and no number that it holds', async () => {
  const { baseUrl } = await serveSwitchable();
  const run = await climb('local', { env: { BASE_URL: baseUrl, RATE: '20000' } });
  assert.equal(run.code, 108, run.stderr);
  assert.match(run.report, /^INVALID {2}the (load generator is saturated|baseline is over its limits)/m);
  assert.match(run.report, /lower RATE/);
  for (const { perSecond } of capacityOf(run).arms) {
    assert.ok(['not known', 'at most'].includes(perSecond.kind), perSecond.kind);
  }
});
