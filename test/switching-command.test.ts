/** A target that commands restart with other settings, and two deployments that exchange theirs: verdicts of real k6. Other ends: test/switching-command-ends.test.ts. */
import assert from 'node:assert/strict';
import { measured as test, undisturbed } from './support/measured.ts';
import { cli, found, isOn, one, restart, run, two, untilUp } from './support/restarted.ts';

test('restarts between the arms: a verdict, and the target as it was found', async () => {
  await found();
  const { code, stderr, result } = await undisturbed(() => cli(['overhead', '--env', 'staging']));
  assert.equal(code, 0, stderr);
  assert.ok(result?.overhead);
  assert.equal(result.overhead.verdict.kind, 'PASS');
  assert.ok(Math.abs((result.overhead.estimateMs ?? 0) - 10) < 6, String(result.overhead.estimateMs));
  assert.equal(result.configuration.switchedBy, 'command');
  assert.equal(result.overhead.flagsRestored, true);
  assert.equal(await isOn(one), true);
});

test('two deployments that exchange their settings', async () => {
  run(restart(one, 'off', 0));
  run(restart(two, 'on'));
  await untilUp(one);
  await untilUp(two);
  const { code, stderr, result } = await undisturbed(() => cli(['overhead', '--env', 'local']));
  assert.equal(code, 0, stderr);
  assert.ok(result?.overhead?.deployments?.interval);
  assert.ok(Math.abs((result.overhead.estimateMs ?? 0) - 10) < 6, String(result.overhead.estimateMs));
  assert.ok(Math.abs(result.overhead.deployments.differenceMs ?? 99) < 6);
  assert.equal(result.overhead.flagsRestored, true);
  assert.deepEqual([await isOn(one), await isOn(two)], [false, true]);
});
