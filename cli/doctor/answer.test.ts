/** The doctor follows one workflow, against a real server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../lib/config/config.ts';
import type { Completion, Environment } from '../../thresholds/types.ts';
import { serveCompleting, type Completing } from '../../test/support/completing.ts';
import { clientFor } from '../api/client.ts';
import { answerFindings } from './answer.ts';

const completion: Completion = {
  statusAt: { header: 'Location' },
  done: { json: { state: 'done' } },
  everyMs: 20,
};

async function findings(behaviour: Completing, api: Environment['api'] = { completion }) {
  const { baseUrl } = await serveCompleting(behaviour);
  const local: Environment = {
    baseUrl,
    auth: { type: 'none' },
    api: { success: { status: [202], contentType: null }, timeoutMs: 5_000, ...api },
  };
  const config = loadConfig('light', {}, { environments: { local } });
  return answerFindings(config, clientFor(config, '{}', {}));
}

test('one workflow is followed to its end, and what stands in the way is named', async () => {
  const [done] = await findings({ takesMs: 100 });
  assert.equal(done?.status, 'ok');
  assert.match(done.text, /^one workflow was done after [\d.]+ ms, \d+ status requests$/);
  const [never] = await findings({ takesMs: Infinity }, { completion, timeoutMs: 1_000 });
  assert.match(
    never?.text ?? '',
    /workflow is done before the time-out \(1000\.0 ms, \d+ status requests\)$/,
  );
  const cases: [Completing, RegExp][] = [
    [{ takesMs: 0, accepts: () => ({ status: 202 }) }, /answer says where its status stands/],
    [{ takesMs: 0, done: { status: 500 } }, /status requests are answered/],
    [{ takesMs: 0, accepts: () => ({ status: 401 }) }, /POST \/api\/v1\/workflows\/execute answered 401/],
  ];
  for (const [behaviour, text] of cases) {
    const [wrong] = await findings(behaviour);
    assert.equal(wrong?.status, 'problem');
    assert.match(wrong.text, text);
  }
  assert.deepEqual(await findings({ takesMs: 0 }, {}), []);
});

test('an interval that outlasts the time-out is refused', async () => {
  await assert.rejects(
    findings({ takesMs: 0 }, { completion: { ...completion, everyMs: 500 }, timeoutMs: 500 }),
    /api\.completion\.everyMs: 500, and timeoutMs gives a workflow up after 500 ms; expected less/,
  );
  const wrong: [Completion, RegExp][] = [
    [{ ...completion, done: {} }, /completion\.done: \{\}; expected \{ status: \[200\] \}/],
    [{ ...completion, done: { json: {} } }, /completion\.done: .*; expected/],
    [
      { ...completion, statusAt: { path: '/jobs' } },
      /statusAt\.path: '\/jobs'; expected a path in which \{…\}/,
    ],
  ];
  for (const [one, message] of wrong)
    await assert.rejects(findings({ takesMs: 0 }, { completion: one }), message);
});

test('what the server says that it took is read of one answer', async () => {
  const serverTime = { header: 'Server-Timing', metric: 'total' };
  const said = (value?: string) =>
    findings(
      {
        takesMs: 0,
        accepts: () => ({
          status: 202,
          ...(value === undefined ? {} : { headers: { 'Server-Timing': value } }),
        }),
      },
      { serverTime },
    );
  const [ok] = await said('db;dur=1, total;dur=2.5');
  assert.match(ok?.text ?? '', /^Server-Timing says 2\.50 ms of an answer that took [\d.]+ ms$/);
  for (const [value, text] of [
    ['db;dur=1', "Server-Timing is 'db;dur=1'"],
    [undefined, 'no Server-Timing in the answer'],
  ] as const) {
    const [wrong] = await said(value);
    assert.deepEqual([wrong?.status, wrong?.text], ['problem', text]);
  }
});
