/** Requests of the command line, at a server on loopback. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
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
