import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { TargetProblem } from '../../lib/api/target-problem.ts';
import { loadConfig } from '../../lib/config/config.ts';
import { flagsOn } from '../../lib/config/settings.ts';
import { fixtureEnvironment, fixtureSources } from '../../test/support/fixture-environment.ts';
import { ending } from '../../test/support/endings.ts';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { REFUSED_ADDRESS, serve } from '../../test/support/servers.ts';
import type { Switching } from '../../thresholds/types.ts';
import { runCommandOn } from '../api/client.ts';

const up = (await serve(() => ({ body: '{}' }))).baseUrl;
let asked = 0;
const flapping = (await serve(() => ((asked += 1) % 2 === 0 ? 'reset' : { body: '{}' }))).baseUrl;

function targetWith(switching: Switching, baseUrl = up) {
  const environments = { fixture: { ...fixtureEnvironment, baseUrl, switching } };
  return loadConfig('smoke', { TEST_ENV: 'fixture' }, { ...fixtureSources, environments });
}

/** So little that only what never comes is missed. */
const SHORT = { timeoutMs: 300, readyTimeoutMs: 200 };

const by = (run: string | Record<string, string>, times = {}): Switching => ({
  by: 'command',
  run,
  timeoutMs: 10_000,
  readyTimeoutMs: 10_000,
  ...times,
  proof: 'none',
});

async function outputFile(t: TestContext): Promise<string> {
  return join(await temporaryFolder(t), 'output');
}

test("a command has the arm's settings in its environment, in the target's words, and nothing of the suite's", async (t) => {
  const file = await outputFile(t);
  const target = targetWith({
    ...by(`env > '${file}'`),
    names: { ENABLE_OBSERVABILITY: 'OTEL_SDK_ENABLED' },
    values: { true: 'yes', false: 'no' },
  });
  await runCommandOn(target, { arm: 'none', settings: flagsOn(target.settings, []) }, {});
  const lines = (await readFile(file, 'utf8')).split('\n');
  for (const line of ['OTEL_SDK_ENABLED=no', 'TRACK_MODEL_COSTS=no', 'SETTINGS_ARM=none'])
    assert.ok(lines.includes(line), line);
  assert.ok(!lines.some((line) => /^(ENABLE_OBSERVABILITY|COMMANDS_)/.test(line)), lines.join('\n'));
});

test('a swap knows which way, and waits for both deployments', async (t) => {
  const file = await outputFile(t);
  const command = `echo $SETTINGS_CROSSED >> '${file}'`;
  const swapped = (timeoutMs: number, all: string): Switching => ({
    by: 'deployments',
    urls: { none: up, all },
    swap: { command, timeoutMs },
    proof: 'none',
  });
  const switching = swapped(10_000, up);
  await runCommandOn(targetWith(switching), { crossed: true }, {});
  await runCommandOn(targetWith(switching), { crossed: false }, {});
  assert.equal(await readFile(file, 'utf8'), 'true\nfalse\n');
  const halfDown = targetWith(swapped(1_000, REFUSED_ADDRESS));
  await assert.rejects(runCommandOn(halfDown, { crossed: true }, {}), /after 1000 ms .* answered nothing/);
});

const arm = { arm: 'sampled', settings: { ENABLE_OBSERVABILITY: true } };
for (const [name, target] of [
  ['command-hangs', targetWith(by('sleep 60', SHORT))],
  ['command-target-down', targetWith(by('true', { ...SHORT, timeoutMs: 10_000 }), REFUSED_ADDRESS)],
  ['command-flaps', targetWith(by('true', { ...SHORT, timeoutMs: 10_000 }), flapping)],
  ['command-of-no-arm', targetWith(by({ none: 'true', all: 'true' }))],
] as const)
  test(name, async () => {
    await assert.rejects(runCommandOn(target, arm, {}), (error: unknown) => {
      assert.ok(error instanceof TargetProblem && error.isFinal);
      assert.ok(error.message.includes(ending(name).says), error.message);
      return true;
    });
  });

test('what it prints of the secrets of the target is not shown', async () => {
  const target = { ...targetWith(by('echo "with $DEPLOYED"; exit 1')) };
  target.auth = { type: 'token', token: { variable: 'DEPLOYED' } };
  process.env.DEPLOYED = 'tok-9d31aa';
  await assert.rejects(runCommandOn(target, arm, { DEPLOYED: 'tok-9d31aa' }), /exit code 1: with \*\*\*$/);
  delete process.env.DEPLOYED;
});
