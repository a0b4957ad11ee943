// What the sinks refuse: names that every object has, and bodies beyond their limit.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ending } from '../../test/support/endings.ts';
import { rudderStackWriteKey } from './keys.ts';
import { createSinks } from './server.ts';

const server = createSinks();
const url = await server.listen({ host: '127.0.0.1', port: 0 });
after(() => server.close());
const authorization = `Basic ${Buffer.from(`${rudderStackWriteKey}:`).toString('base64')}`;

test('a name that every object has is no sink, and nothing is set on it', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const body = `{"${name}": {"behaviour": "down"}}`;
    const answer = await fetch(`${url}/behaviour`, { method: 'PUT', body });
    assert.equal(answer.status, 400, name);
    assert.ok((await answer.text()).includes(`${name}: ${ending('sink-unknown').says}`));
  }
  assert.equal(Object.hasOwn(Object.prototype, 'behaviour'), false);
});

test('a body beyond the limit is refused, packed or not, and the sink goes on', async () => {
  const batch = (body: Buffer | string, headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/batch`, { method: 'POST', body, headers: { authorization, ...headers } });
  // The connection may be cut before the answer is read.
  const large = await batch(Buffer.alloc(17 * 1024 * 1024, ' ')).catch(() => null);
  const said = await large?.text().catch(() => null);
  assert.ok(large === null || large.status === 413, String(large?.status));
  if (said != null) assert.ok(said.includes(ending('sink-body-too-large').says), said);
  const packed = gzipSync(Buffer.alloc(17 * 1024 * 1024, ' '));
  assert.equal((await batch(packed, { 'content-encoding': 'gzip' })).status, 400);
  assert.equal((await batch('{"batch": [{}]}')).status, 200);
  const stats = (await (await fetch(`${url}/stats`)).json()) as { rudderstack: { accepted: number } };
  assert.equal(stats.rudderstack.accepted, 1);
});
