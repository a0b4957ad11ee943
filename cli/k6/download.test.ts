import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { measured as test } from '../../test/support/measured.ts';
import { serve } from '../../test/support/servers.ts';
import { download } from './download.ts';

/** Of a server that is given up. An answer takes a third of it: a busy machine may hold it up. */
const silenceMs = 2_000;
const file = { body: 'a file' };

test('each answer of a chain of redirects has its own time', async () => {
  const { baseUrl } = await serve(({ path }) => {
    const left = Number(path.slice(1));
    const answer = left === 0 ? file : { status: 302, headers: { location: `/${left - 1}` } };
    return { ...answer, afterMs: silenceMs / 3 };
  });
  assert.equal((await download(`${baseUrl}/3`, { silenceMs, env: {} })).toString(), 'a file');
});

test('the time of a server begins once everything is loaded', async (t) => {
  const { baseUrl } = await serve(() => file);
  // Certificates that take a while to read.
  const slow = join(await temporaryFolder(t), 'certificates');
  execFileSync('mkfifo', [slow]);
  const downloaded = download(baseUrl, { silenceMs, env: { SSL_CERT_FILE: slow } });
  await wait(silenceMs * 1.5);
  await writeFile(slow, '');
  assert.equal((await downloaded).toString(), 'a file');
});
