import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, headersToSend, urlOf, withoutSecret } from './example.ts';
import { separated } from './secrets.ts';

test('a bearer token, cookies and keys are taken out and named; the rest stays', () => {
  const { auth, headers, secretHeaders, values } = separated(
    [
      ['authorization', 'Bearer s3cr3t'],
      ['Cookie', 'session=abc'],
      ['X-Api-Key', 'key-value'],
      ['X-Trace-Sink', 'abcdefghij0123456789klmnopqrst'],
      ['X-Credential', 'one'],
      ['Accept', 'application/json'],
    ],
    undefined,
  );
  assert.deepEqual(auth, { type: 'token', token: { variable: 'AUTH_TOKEN' } });
  assert.deepEqual(headers, { Accept: 'application/json' });
  assert.deepEqual(secretHeaders, {
    Cookie: { variable: 'COOKIE' },
    'X-Api-Key': { variable: 'X_API_KEY' },
    'X-Trace-Sink': { variable: 'X_TRACE_SINK' },
    'X-Credential': { variable: 'X_CREDENTIAL' },
  });
  assert.deepEqual(Object.keys(values), [
    'AUTH_TOKEN',
    'COOKIE',
    'X_API_KEY',
    'X_TRACE_SINK',
    'X_CREDENTIAL',
  ]);
  const written = JSON.stringify({ auth, headers, secretHeaders });
  for (const value of Object.values(values)) assert.ok(!written.includes(value), value);
});

test('variables that the example names are kept as names, and hold no value', () => {
  const { auth, secretHeaders, values } = separated(
    [
      ['Authorization', 'Bearer ${STAGING_TOKEN}'],
      ['X-Tenant', '$TENANT'],
    ],
    undefined,
  );
  assert.deepEqual(auth, { type: 'token', token: { variable: 'STAGING_TOKEN' } });
  assert.deepEqual(secretHeaders, { 'X-Tenant': { variable: 'TENANT' } });
  assert.deepEqual(values, {});
  const named = separated([['Authorization', 'Bearer abc']], 'OTHER_TOKEN');
  assert.deepEqual(named.values, { OTHER_TOKEN: 'abc' });
  const basic = separated([['Authorization', 'Basic bWU6cGFzcw==']], undefined);
  assert.deepEqual(basic.auth, { type: 'none' });
  assert.deepEqual(basic.secretHeaders, { Authorization: { variable: 'AUTHORIZATION' } });
});

test('what belongs to one request or to the browser is not sent; a trace that goes on least of all', () => {
  const { sent, leftOut } = headersToSend([
    [':authority', 'a'],
    ['traceparent', '00-1-2-00'],
    ['Sec-Fetch-Mode', 'cors'],
    ['Idempotency-Key', '1'],
    ['X-Tenant', 'acme'],
  ]);
  assert.deepEqual(sent, [['X-Tenant', 'acme']]);
  assert.deepEqual(leftOut, [':authority', 'traceparent', 'Sec-Fetch-Mode', 'Idempotency-Key']);
});

test('the address in two: base URL and path', () => {
  const of = (url: string, base?: string) => Object.values(addressOf({ url }, base));
  assert.deepEqual(of('https://a.org:8443/v2/x?y=1'), ['https://a.org:8443', '/v2/x?y=1']);
  assert.deepEqual(of('https://a.org/v2/x', 'https://a.org/v2/'), ['https://a.org/v2', '/x']);
  assert.deepEqual(of('https://prod.org/x', 'http://localhost:3000'), ['http://localhost:3000', '/x']);
  assert.deepEqual(of('/x', 'http://localhost:3000/'), ['http://localhost:3000', '/x']);
  assert.throws(() => of('/x'), /\/x is a path; give the address that it is below by --base-url/);
  assert.throws(() => urlOf('ftp://a'), /'ftp:\/\/a' is no address/);
  assert.throws(() => urlOf('https://me:pass@a'), /holds a user name or a password/);
});

test('a query that holds a secret is refused in every address, also where it is a path alone', () => {
  const refused: [address: string, name: string][] = [
    ['https://a/x?api_key=abc', 'api_key'],
    ['/x?page=1&token=abc', 'token'],
    ['/x?sessionid=abc', 'sessionid'],
    ['https://a/x?X-Amz-Credential=abc', 'X-Amz-Credential'],
    ['https://a/x?X-Amz-Signature=abc', 'X-Amz-Signature'],
    ['/x?Authorization=abc', 'Authorization'],
  ];
  for (const [address, name] of refused) {
    const says = (error: unknown) =>
      error instanceof Error &&
      error.message.includes(`x: '${name}' in the query looks like a secret`) &&
      !error.message.includes('abc');
    assert.throws(() => withoutSecret(address), says, address);
    assert.throws(() => addressOf({ url: address }, 'https://a'), says, address);
  }
  assert.throws(() => withoutSecret('https://me:pass@a/x'), /holds a user name or a password/);
  assert.throws(() => addressOf({ url: '/x' }, 'https://me:pass@a'), /holds a user name or a password/);
  for (const address of ['/books?author=x&page=1', '/flags?key={setting}&on={value}', '/x', 'https://a?'])
    assert.equal(withoutSecret(address), address);
});
