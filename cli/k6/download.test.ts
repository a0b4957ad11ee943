import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { download } from './download.ts';

/** Of a server that is given up. An answer takes a third of it: a busy machine may hold it up. */
const silenceMs = 2_000;

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('each answer of a chain of redirects has its own time', async (t) => {
  const url = await serve(t, (request, response) => {
    const left = Number((request.url ?? '').slice(1));
    setTimeout(() => {
      if (left === 0) response.end('a file');
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    }, silenceMs / 3);
  });
  assert.equal((await download(`${url}/3`, { silenceMs, env: {} })).toString(), 'a file');
});

test('the time of a server begins once everything is loaded', async (t) => {
  const url = await serve(t, (_, response) => response.end('a file'));
  // Certificates that take a while to read.
  const slow = join(await temporaryFolder(t), 'certificates');
  execFileSync('mkfifo', [slow]);
  const downloaded = download(url, { silenceMs, env: { SSL_CERT_FILE: slow } });
  await wait(silenceMs * 1.5);
  await writeFile(slow, '');
  assert.equal((await downloaded).toString(), 'a file');
});
