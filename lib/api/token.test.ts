import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import type { Auth } from '../../thresholds/types.ts';
import type { HttpAnswer, HttpRequest } from './send.ts';
import { tokenSource } from './token.ts';
import { tokensOf } from './token-file.ts';

const oauth: Auth = {
  type: 'oauth2',
  tokenUrl: 'https://user:s3cret@auth/token?tenant=s3cret',
  clientId: 'load test',
  clientSecret: { variable: 'CLIENT_SECRET' },
  scope: 'a b',
};

/** A source whose token calls are answered as told. */
function sourceOf(answer: Partial<HttpAnswer>, auth: Auth = oauth) {
  const calls: HttpRequest[] = [];
  const token = tokenSource({
    auth,
    baseUrl: 'http://target',
    timeoutMs: 1_000,
    send: (request) => {
      calls.push(request);
      return Promise.resolve({ status: 200, headers: {}, body: '', durationMs: 1, error: null, ...answer });
    },
    secret: () => 'p&ss\n',
    base64: (ascii) => `<${ascii}>`,
  });
  return { token, calls };
}

test('client credentials: one call for all who ask at once, kept while it lives', async () => {
  const { token, calls } = sourceOf({ body: '{"access_token":"tok-1","expires_in":60}' });
  assert.deepEqual(await Promise.all([token(), token()]), ['tok-1', 'tok-1']);
  assert.equal(token(), 'tok-1');
  assert.equal(calls.length, 1);
  const [call] = calls;
  assert.equal(call?.headers.Authorization, 'Basic <load%20test:p%26ss>');
  assert.equal(call.body, 'grant_type=client_credentials&scope=a%20b');
  await token(60_000);
  assert.equal(calls.length, 2, 'it would not live for as long');
});

test('a token that no header can carry is refused, and not shown', async () => {
  for (const accessToken of ['tok\n7f3a9c', 'tok\r7f3a9c', '', 'tök-7f3a9c', 'tok 7f3a9c']) {
    const { token } = sourceOf({ body: JSON.stringify({ access_token: accessToken }) });
    await assert.rejects(Promise.resolve(token()), refusedUnseen);
  }
  const fromSource = sourceOf({}, { type: 'token', token: { secretSource: 'key' } });
  assert.equal(fromSource.token(), 'p&ss');
  assert.throws(() => tokensOf('tok-a11\ntok\r7f3a9c\n', 'tokens.txt'), refusedUnseen);
});

function refusedUnseen({ message }: Error): boolean {
  assert.ok(message.includes(ending('broken-token').says), message);
  assert.ok(!message.includes('7f3a9c') && !message.includes('s3cret'), message);
  return true;
}

test('no token: what the address answered, without the secrets in it', async () => {
  for (const [answer, expected] of [
    [{ status: 401 }, 'answered 401'],
    [{ status: 200, body: '<html>' }, 'answered 200'],
    [
      { status: 302, headers: { Location: 'http://login/?s3cret' } },
      'answered 302, a redirect to http://login/?***, which is not followed',
    ],
    [{ status: 0, error: 'connection refused' }, 'answered nothing (connection refused)'],
  ] as const) {
    await assert.rejects(Promise.resolve(sourceOf(answer).token()), {
      message: `no token from https://***@auth/token?***: it ${expected}`,
    });
  }
});

test('a file: one token per line, whatever ends the lines', () => {
  assert.deepEqual(tokensOf('\ufefftok-a11\r\n\r\n tok-b22 \n', 'tokens.txt'), ['tok-a11', 'tok-b22']);
  assert.throws(() => tokensOf('\n', 'tokens.txt'), /holds no token/);
});
