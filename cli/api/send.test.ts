/** Requests of the command line, at a server on loopback. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ending } from '../../test/support/endings.ts';
import { sender } from './send.ts';

test('of headers that differ in case alone the later is sent, as k6 does', async (t) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers['content-type']);
    response.end();
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { status } = await sender({})({
    method: 'PUT',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/flags`,
    headers: { 'content-type': 'text/xml', 'Content-Type': 'application/json' },
    body: '{}',
    timeoutMs: 5_000,
    tags: { kind: 'control' },
    keepBody: false,
  });
  assert.equal(status, 200);
  assert.deepEqual(seen, ['application/json']);
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
      const answer = await sender({})({
        method: 'GET',
        url: address + path,
        headers: {},
        body: null,
        timeoutMs: 60_000,
        tags: { kind: 'control' },
        keepBody,
      });
      assert.deepEqual([answer.status, answer.body], [0, ''], path);
      assert.ok(answer.error?.includes(ending('answer-too-large').says), `${path}: ${answer.error}`);
    }
  }
});

/** Why there is no answer from an address outside, which a proxy is to ask. */
async function errorBy(env: Readonly<Record<string, string>>): Promise<string> {
  const { error } = await sender(env)({
    method: 'GET',
    url: 'https://api.example.com/',
    headers: {},
    body: null,
    timeoutMs: 5_000,
    tags: { kind: 'control' },
    keepBody: false,
  });
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

test('a server without TLS is named as such', async (t) => {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { error } = await sender({})({
    method: 'GET',
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: {},
    body: null,
    timeoutMs: 5_000,
    tags: { kind: 'control' },
    keepBody: false,
  });
  assert.equal(error, 'the server speaks no TLS; expected http:// in its address');
});
