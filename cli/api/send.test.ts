/** Requests of the command line, at a server on loopback. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ending } from '../../test/support/endings.ts';
import { serve } from '../../test/support/servers.ts';
import { sender } from './send.ts';

/** A request of which no test needs more. */
const get = {
  method: 'GET',
  headers: {},
  body: null,
  timeoutMs: 5_000,
  tags: { kind: 'control' },
  keepBody: false,
} as const;

test('of headers that differ in case alone the later is sent, as k6 does', async () => {
  const { baseUrl, received } = await serve(() => ({ body: '' }));
  const headers = { 'content-type': 'text/xml', 'Content-Type': 'application/json' };
  const { status } = await sender({})({
    ...get,
    method: 'PUT',
    url: `${baseUrl}/flags`,
    headers,
    body: '{}',
  });
  assert.equal(status, 200);
  assert.deepEqual(
    received.map((request) => request.headers['content-type']),
    ['application/json'],
  );
});

test('an answer is read up to a limit, also one that is short as long as it is compressed', async (t) => {
  const megabyte = Buffer.alloc(1e6, ' ');
  const compressed = gzipSync(Buffer.alloc(50e6, ' '));
  const server = createServer(({ url }, response) => {
    if (url === '/compressed') {
      response.setHeader('Content-Encoding', 'gzip');
      response.end(compressed);
      return;
    }
    const timer = setInterval(() => response.write(megabyte), 1);
    response.on('close', () => {
      clearInterval(timer);
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['/compressed', '/endless']) {
    for (const keepBody of [true, false]) {
      const answer = await sender({})({ ...get, url: address + path, timeoutMs: 60_000, keepBody });
      assert.deepEqual([answer.status, answer.body], [0, ''], path);
      assert.ok(answer.error?.includes(ending('answer-too-large').says), `${path}: ${answer.error}`);
    }
  }
});

/** Why there is no answer from an address outside, which a proxy is to ask. */
async function errorBy(env: Readonly<Record<string, string>>): Promise<string> {
  const { error } = await sender(env)({ ...get, url: 'https://api.example.com/' });
  return error ?? '';
}

test('a proxy that opens no tunnel is named as the reason, also where its address has no scheme', async (t) => {
  const proxy = createServer().on('connect', (_, socket) => {
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  proxy.listen(0, 'localhost');
  t.after(() => proxy.close());
  await once(proxy, 'listening');
  const address = `localhost:${(proxy.address() as AddressInfo).port}`;
  for (const HTTPS_PROXY of [
    `http://${address}`,
    address,
    address.replace('localhost:', 'me:pass@localhost:'),
  ])
    assert.match(await errorBy({ HTTPS_PROXY }), /proxy.*502/i, HTTPS_PROXY);
});

test('a proxy whose address is none is named by its variable, and without its password', async () => {
  assert.equal(
    await errorBy({ https_proxy: 'ftp://me:s3cret@proxy.corp:3128', HTTPS_PROXY: 'http://proxy.corp:3128' }),
    "https_proxy: 'ftp://***@proxy.corp:3128' is no address of a proxy; expected one such as http://proxy.example.com:3128",
  );
  assert.match(await errorBy({ HTTP_PROXY: 'http://' }), /^HTTP_PROXY: 'http:\/\/' is no address of a proxy/);
});

test('a server without TLS is named as such', async () => {
  const { baseUrl } = await serve(() => ({}));
  const { error } = await sender({})({ ...get, url: `${baseUrl.replace('http:', 'https:')}/` });
  assert.equal(error, 'the server speaks no TLS; expected http:// in its address');
});
