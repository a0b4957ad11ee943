import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { UsageError } from '../errors.ts';
import { fromHar } from './har.ts';

/** Recorded by Chromium: a page, a POST that it makes, and a GET. */
const recorded = join(import.meta.dirname, '../../test/fixtures/init/browser.har');

test('an entry of a recorded file, with its answer', async () => {
  const { method, url, headers, body, answer } = await fromHar(`${recorded}#1`);
  assert.deepEqual([method, url, body], ['POST', 'http://127.0.0.1:4556/api/jobs', '{"job":"often","n":10}']);
  assert.equal(Object.fromEntries(headers)['x-tenant'], 'acme');
  assert.deepEqual(answer, { status: 202, contentType: 'application/json' });
});

test('without a number: the only call of a page to its API, else a list of them', async (t) => {
  await assert.rejects(
    fromHar(recorded),
    /browser\.har#1: #1 POST \/api\/jobs, #2 GET \/api\/jobs\/1$/,
    'the page itself is none',
  );
  const folder = await temporaryFolder(t);
  const har = JSON.parse(await readFile(recorded, 'utf8')) as { log: { entries: object[] } };
  const write = async (name: string, content: object | string) => {
    const file = join(folder, name);
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const one = await write('one.har', { log: { entries: har.log.entries.slice(0, 2) } });
  assert.equal((await fromHar(one)).method, 'POST');

  const files = {
    request: { method: 'POST', url: 'http://a/', headers: [], postData: { mimeType: 'multipart/form-data' } },
  };
  const cases: [place: string, says: RegExp][] = [
    [`${recorded}#9`, /#9: expected one of its requests/],
    [await write('empty.har', { log: { entries: [] } }), /it holds none$/],
    [await write('other.har', { log: {} }), /no HAR file; its log\.entries is not as expected/],
    [await write('cut.har', '{"log":'), /cut\.har: Unexpected end of JSON input/],
    [
      await write('files.har', { log: { entries: [files] } }),
      /sends files; expected a request with a body of text/,
    ],
    [join(folder, 'none.har'), /none\.har: ENOENT/],
  ];
  for (const [place, says] of cases)
    await assert.rejects(
      fromHar(place),
      (error) => error instanceof UsageError && says.test(error.message) && !error.message.includes('\n'),
      place,
    );
});
