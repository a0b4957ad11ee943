/** Targets that say nothing of their settings: what is put back, and what is said of it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig, type Target } from '../../lib/config/config.ts';
import { flagsOn } from '../../lib/config/settings.ts';
import { fixtureEnvironment, fixtureSources } from '../../test/support/fixture-environment.ts';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { serve } from '../../test/support/servers.ts';
import type { Proof, Switching } from '../../thresholds/types.ts';
import { clientFor } from '../api/client.ts';
import { ok } from '../doctor/finding.ts';
import type { Subject } from '../doctor/subject.ts';
import { switchingFinding } from '../doctor/switching.ts';
import { Commands, putBack } from './keep-flags.ts';

const server = await serve(() => ({ body: '{"spans":7}' }));
const counter: Proof[] = [{ by: 'counter', path: '/counts', readAt: 'spans' }];

function targetWith(switching: Switching): Target {
  const environments = { fixture: { ...fixtureEnvironment, baseUrl: server.baseUrl, switching } };
  return loadConfig('smoke', { TEST_ENV: 'fixture' }, { ...fixtureSources, environments });
}

const by = (run: string): Switching & { by: 'command' } => ({
  by: 'command',
  run,
  timeoutMs: 2_000,
  readyTimeoutMs: 2_000,
  proof: counter,
});
const byCall: Switching & { by: 'call' } = {
  by: 'call',
  write: { method: 'PUT', path: '/flags', body: { arm: '{arm}' } },
  timeoutMs: 1_000,
  proof: counter,
};

async function outputFile(t: TestContext): Promise<string> {
  return join(await temporaryFolder(t), 'output');
}

test('where nothing says what is in force, a command puts it back all the same', async (t) => {
  const file = await outputFile(t);
  const target = targetWith(by(`echo "$SETTINGS_ARM" > '${file}'`));
  assert.equal(await putBack(target, {}, flagsOn(target.settings, [])), true);
  assert.equal(await readFile(file, 'utf8'), 'none\n');
});

test('two deployments that do not say their settings have their own again', async (t) => {
  const file = await outputFile(t);
  const { baseUrl } = server;
  const swap = { command: `echo "$SETTINGS_CROSSED" > '${file}'`, timeoutMs: 2_000 };
  const urls = { none: baseUrl, all: baseUrl };
  assert.equal(await putBack(targetWith({ by: 'deployments', urls, swap, proof: counter }), {}, {}), true);
  assert.equal(await readFile(file, 'utf8'), 'false\n');
});

test('what the last command has put back is not put back again; one that failed may have left anything', async () => {
  const found = { TRACING: true };
  const commands = new Commands();
  assert.ok(commands.haveLeft(found));
  for (const [TRACING, isBack] of [
    [false, false],
    [true, true],
  ] as const) {
    await commands.run({ arm: 'any', settings: { TRACING } }, () => Promise.resolve());
    assert.equal(commands.haveLeft(found), isBack);
  }
  await assert.rejects(commands.run({ arm: 'any', settings: found }, () => Promise.reject(new Error('no'))));
  assert.ok(!commands.haveLeft(found));
  for (const crossed of [true, false]) {
    await commands.run({ crossed }, () => Promise.resolve());
    assert.equal(commands.haveLeft({}), !crossed);
  }
});

for (const [name, switching, expected] of [
  [
    'a command',
    by('true'),
    /left as it is set last: .* switching\.usual in thresholds\/fixture\.ts .* says 7/,
  ],
  ['a command and its usual arm', { ...by('true'), usual: 'none' }, /usual: ENABLE_OBSERVABILITY=false/],
  ['a call', byCall, /not tried; left as it is set last: .* switching\.usual .* says 7/],
  [
    'a call and its usual arm',
    { ...byCall, usual: 'none' },
    /tried with what is usual: ENABLE_OBS.*=false.* says 7/,
  ],
] as const)
  test(`doctor, where nothing says what is in force: ${name}`, async () => {
    const target = targetWith(switching);
    const subject: Subject = {
      target,
      rows: [],
      costLimits: {},
      plan: ok('floors', ''),
      flags: flagsOn(target.settings, []),
      by: switching.by,
      isSwitched: true,
    };
    const { status, text } = await switchingFinding(subject, clientFor(target, '', {}), {});
    assert.equal(status, 'ok', text);
    assert.match(text, expected);
    const writes = server.received.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    assert.deepEqual(writes, name === 'a call and its usual arm' ? ['{"arm":"none"}'] : []);
  });

test('a usual arm that there is not', () => {
  assert.throws(
    () => targetWith({ ...byCall, usual: 'some' }),
    /switching\.usual: 'some'; allowed: none, all/,
  );
});
