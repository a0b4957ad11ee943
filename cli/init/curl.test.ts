import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { UsageError } from '../errors.ts';
import { fromCurl, goesOn } from './curl.ts';

const chrome = String.raw`curl 'https://api.example.org/v2/jobs?queue=fast' \
  -H 'accept: application/json, text/plain, */*' \
  -H 'authorization: Bearer eyJh.abc-123' \
  -b 'session=abc; theme=dark' \
  -H 'content-type: application/json' \
  -H 'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"' \
  --data-raw $'{"text":"it\'s \u0021\\n","n":10.00}'`;

test('as Chrome copies it: quotes of both kinds, cookies, a body with marks that bash would take', () => {
  assert.deepEqual(fromCurl(chrome), {
    method: 'POST',
    url: 'https://api.example.org/v2/jobs?queue=fast',
    headers: [
      ['accept', 'application/json, text/plain, */*'],
      ['authorization', 'Bearer eyJh.abc-123'],
      ['content-type', 'application/json'],
      ['sec-ch-ua', '"Chromium";v="140", "Not=A?Brand";v="24"'],
      ['Cookie', 'session=abc; theme=dark'],
    ],
    body: String.raw`{"text":"it's !\n","n":10.00}`,
  });
});

test('as Firefox copies it, and with the line ends of Windows', () => {
  const firefox = `curl 'http://127.0.0.1:3000/api' --compressed -X PUT -H 'Accept: */*' -H 'Content-Type: text/plain;charset=UTF-8' --data-raw 'a b'`;
  const { method, body } = fromCurl(firefox.replace(' -H', ' \\\r\n -H'));
  assert.deepEqual([method, body], ['PUT', 'a b']);
});

test('as a person writes it', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'body.json');
  await writeFile(file, '{"a":\n 1}\n');
  const of = (line: string) => {
    const { method, url, headers, body } = fromCurl(line);
    return [method, url, Object.fromEntries(headers), body];
  };
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  assert.deepEqual(of('curl localhost:3000/x'), ['GET', 'http://localhost:3000/x', {}, null]);
  assert.deepEqual(of('curl -sS -XDELETE "http://a/x"'), ['DELETE', 'http://a/x', {}, null]);
  assert.deepEqual(of('curl http://a -d x=1 --data-urlencode "y=a b&c"'), [
    'POST',
    'http://a',
    form,
    'x=1&y=a%20b%26c',
  ]);
  assert.deepEqual(of('curl -G http://a/s?p=1 -d q=2'), ['GET', 'http://a/s?p=1&q=2', {}, null]);
  assert.deepEqual(of(`curl http://a --json '{"a":1}'`)[2], { 'Content-Type': 'application/json' });
  assert.deepEqual(of(`curl http://a -d @${file}`)[3], '{"a": 1}');
  assert.deepEqual(of(`curl http://a --data-binary @${file}`)[3], '{"a":\n 1}\n');
  assert.deepEqual(of('curl -u me:pass --url http://a')[2], { Authorization: 'Basic bWU6cGFzcw==' });
  assert.deepEqual(of('curl http://a -H "Authorization: Bearer $STAGING_TOKEN"')[2], {
    Authorization: 'Bearer $STAGING_TOKEN',
  });
});

test('a line that goes on, as a terminal hands it over', () => {
  const lines = chrome.split('\n');
  assert.ok(goesOn(lines[0] ?? ''));
  assert.ok(goesOn(lines.slice(0, 3).join('\n')));
  assert.ok(!goesOn(chrome));
});

test('what is no request that can be repeated: one line each', () => {
  const cases: [line: string, says: RegExp][] = [
    ['curl "https://a" ^\n  -H ^"accept: */*^"', /for Windows' cmd; copy it as cURL \(bash\)/],
    ['wget http://a', /'wget'; expected a line that starts with curl/],
    ["curl 'http://a", /a quote is open at the end/],
    ['curl -X POST', /holds no address/],
    ['curl http://a http://b', /more than one address: http:\/\/a, http:\/\/b/],
    ['curl http://a -F file=@x', /--form sends a file; expected a body by --data-raw/],
    ['curl http://a -b cookies.txt', /--cookie reads the file cookies\.txt/],
    ['curl http://a -d @no-such-file', /the body @no-such-file cannot be read: ENOENT/],
    ['curl http://a --frobnicate', /Unknown option '--frobnicate'/],
  ];
  for (const [line, says] of cases) {
    assert.throws(
      () => fromCurl(line),
      (error) => error instanceof UsageError && says.test(error.message) && !error.message.includes('\n'),
      line,
    );
  }
});
