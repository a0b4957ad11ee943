import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import {
  askCommandLine,
  COMMANDS_ADDRESS,
  COMMANDS_SECRET,
  hasCommandLine,
  type CommandRequest,
} from '../../lib/api/commands.ts';
import { TargetProblem } from '../../lib/api/target-problem.ts';
import { sender } from '../api/send.ts';
import { serveCommands, type CarryOut } from './command-server.ts';

const arm: CommandRequest = {
  arm: 'sampled',
  settings: { OTEL_SDK_DISABLED: false, ratio: 0.1, by: 'a "b"' },
};

async function serving(t: TestContext, carryOut: CarryOut) {
  const server = await serveCommands(carryOut);
  t.after(server.close);
  return { ...server, ask: askCommandLine(sender({}), server.env, 5_000) };
}

test('what k6 asks for is carried out as it was asked, and a problem comes back as it is', async (t) => {
  const asked: CommandRequest[] = [];
  const { env, ask } = await serving(t, (request) => {
    asked.push(request);
    return 'crossed' in request ? Promise.reject(new Error('failed with exit code 3')) : Promise.resolve();
  });
  assert.ok(hasCommandLine(env) && !hasCommandLine({}));
  await ask(arm);
  await assert.rejects(ask({ crossed: true }), (error: unknown) => {
    assert.ok(error instanceof TargetProblem && error.isFinal);
    assert.equal(error.message, 'failed with exit code 3');
    return true;
  });
  assert.deepEqual(asked, [arm, { crossed: true }]);
});

test('nobody else can ask: another secret, another server of the same machine, another kind of request', async (t) => {
  let carriedOut = 0;
  const { env } = await serving(t, () => Promise.resolve(void (carriedOut += 1)));
  const address = env[COMMANDS_ADDRESS] ?? '';
  const secret = env[COMMANDS_SECRET] ?? '';
  assert.equal(new URL(address).hostname, '127.0.0.1');
  const statusOf = async (headers: Record<string, string>, body = JSON.stringify(arm), method = 'POST') =>
    (await fetch(address, { method, headers, ...(method === 'GET' ? {} : { body }) })).status;
  assert.equal(await statusOf({}), 403);
  assert.equal(await statusOf({ Authorization: `Bearer ${'x'.repeat(secret.length)}` }), 403);
  const mine = { Authorization: `Bearer ${secret}` };
  assert.equal(await statusOf(mine, '', 'GET'), 400);
  assert.equal(await statusOf(mine, '{"arm":'), 400);
  assert.equal(await statusOf(mine, '{"arm":"none","settings":{"a":{"b":1}}}'), 400);
  assert.equal(await statusOf(mine, JSON.stringify({ arm: 'x'.repeat(70_000), settings: {} })), 400);
  assert.equal(carriedOut, 0);
  const other = { ...env, [COMMANDS_SECRET]: 'of another run' };
  await assert.rejects(askCommandLine(sender({}), other, 5_000)(arm), /answered 403/);
});

test('commands are carried out one after the other; one that nobody waits for any more is ended first', async (t) => {
  const seen: string[] = [];
  const { env, ask } = await serving(t, async (request, signal) => {
    const name = 'arm' in request ? request.arm : '';
    seen.push(`${name} begins`);
    await wait(name === 'slow' ? 60_000 : 100, undefined, { signal }).catch(() =>
      seen.push(`${name} is ended`),
    );
    // It may have something to put back.
    await wait(100);
    seen.push(`${name} ends`);
  });
  await Promise.all([ask({ ...arm, arm: 'one' }), ask({ ...arm, arm: 'two' })]);
  const gone = new AbortController();
  const given = askCommandLine(sender({}, gone.signal), env, 60_000)({ ...arm, arm: 'slow' });
  setTimeout(() => {
    gone.abort(new Error('k6 was ended'));
  }, 200);
  await assert.rejects(given, /k6 was ended/);
  await ask({ ...arm, arm: 'back' });
  assert.deepEqual(seen, [
    'one begins',
    'one ends',
    'two begins',
    'two ends',
    'slow begins',
    'slow is ended',
    'slow ends',
    'back begins',
    'back ends',
  ]);
});
