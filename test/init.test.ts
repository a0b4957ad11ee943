/** `npm run init`: from one request of a service that the suite has never seen to a verdict, as a user types it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertEnding } from './support/endings.ts';
import { measured, undisturbed } from './support/measured.ts';
import { copyProject, start } from './support/project.ts';
import { serve } from './support/servers.ts';

const root = join(import.meta.dirname, '..');
const TOKEN = 'a-token-of-this-test';

/** Jobs that a bearer may start, and one switch of its own kind. */
async function jobService(extraMs: number) {
  let isOn = true;
  const server = await serve(({ method, path, headers, body }) => {
    if (path === '/internal/tracing') {
      if (method === 'PUT') isOn = (JSON.parse(body) as { enabled: boolean }).enabled;
      return { status: 204, body: '' };
    }
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: '{}' };
    if (method !== 'POST') return { status: 405, body: '{}' };
    return {
      status: 202,
      body: '{"job":"{id}"}',
      headers: { 'X-Tracing-Flag': `TRACING=${isOn}` },
      afterMs: 3 + (isOn ? extraMs : 0),
    };
  });
  return { ...server, isOn: () => isOn };
}

/** As Chrome copies it. */
const curlLine = (baseUrl: string) => `curl '${baseUrl}/v2/jobs?queue=fast' \\
  -H 'accept: application/json, text/plain, */*' \\
  -H 'authorization: Bearer ${TOKEN}' \\
  -H 'content-type: application/json' \\
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \\
  -H 'x-tenant: acme' \\
  --data-raw $'{"text":"it\\'s one","n":10.00}'`;

/** The options of the README's `npm run init`, as they are written. */
function readmeOptions(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, options = ''] = /npm run init -- --curl - ([\s\S]*?) < request\.txt/.exec(readme) ?? [];
  assert.match(options, /--by call/);
  return options.replaceAll('\\\n', ' ');
}

const server = await jobService(4);
const copy = await copyProject({
  '.prettierrc.json': readFileSync(join(root, '.prettierrc.json'), 'utf8'),
});

test('what is wrong with init itself is one line, and nothing is written', async () => {
  const api = await readFile(join(copy.folder, 'thresholds/api.ts'), 'utf8');
  const cases: [row: string, args: string[]][] = [
    ['init-no-example', []],
    ['init-two-examples', ['--curl', 'curl http://a', '--path', '/x']],
    ['init-environment', ['--env', 'preview', '--curl', 'curl http://a']],
    ['init-not-allowed', ['--curl', 'curl http://a', '--no-send', '--probe', 'healthz']],
    ['init-secret-in-query', ['--base-url', 'http://a', '--no-send', '--path', '/orders?api_key=abc']],
    ['init-secret-in-query', ['--curl', 'curl http://a', '--no-send', '--probe', '/healthz?api_key=abc']],
    ['init-secret-in-query', ['--curl', 'curl http://a', '--no-send', '--monitor', '/metrics?api_key=abc']],
    ['init-way-incomplete', ['--curl', 'curl http://a', '--no-send', '--by', 'call']],
  ];
  for (const [row, args] of cases) {
    const { code, stderr } = await copy.cli(['init', ...args]);
    assertEnding(row, { code, output: stderr });
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  }
  assert.equal(await readFile(join(copy.folder, 'thresholds/api.ts'), 'utf8'), api);
});

test('a service that nobody here knows: init writes what it found, and nothing over edits', async () => {
  const read = (file: string) => readFile(join(copy.folder, file), 'utf8');
  await writeFile(join(copy.folder, 'request.txt'), curlLine(server.baseUrl));
  // A shell, for the pipe.
  const init = (options: string) =>
    start(
      'bash',
      ['-c', `"$0" --import tsx cli/main.ts init --curl - ${options} < request.txt`, process.execPath],
      {
        cwd: copy.folder,
        env: { K6_BIN: copy.k6 },
      },
    );
  const how = readmeOptions();
  const first = await init(how);
  assert.equal(first.code, 0, first.stdout + first.stderr);
  assert.match(first.stdout, /^ok +answer +sent once: it answered 202, application\/json/m);
  assert.match(
    first.stdout,
    /^Written: thresholds\/api\.ts, thresholds\/staging\.ts, payloads\/staging\.json$/m,
  );
  assert.match(first.stdout, /^note +token +not tried: GET \/v2\/jobs\?queue=fast answered 405, /m);
  assert.match(first.stdout, /^ok +flags /m);
  assert.doesNotMatch(first.stdout, /may say what is in force/, 'a proof was given');
  assert.match(first.stdout, /^Next: AUTH_TOKEN=… npm run overhead -- --env staging$/m);
  const files = ['thresholds/api.ts', 'thresholds/staging.ts', 'payloads/staging.json'];
  const written = await Promise.all(files.map(read));
  assert.ok(![first.stdout, first.stderr, ...written].join('').includes(TOKEN));
  assert.equal(written[2], '[\n{"text":"it\'s one","n":10.00}\n]\n', 'letter by letter');
  const style = await start(process.execPath, [
    join(root, 'node_modules/prettier/bin/prettier.cjs'),
    '--check',
    ...files.slice(0, 2).map((file) => join(copy.folder, file)),
  ]);
  assert.equal(style.code, 0, style.stderr);

  const again = await init(how);
  assert.match(again.stdout, /^Nothing to write: the files hold this already\.$/m);
  const other = await init(`${how} --base-url ${server.baseUrl.replace('127.0.0.1', 'localhost')}`);
  assertEnding('init-over-edits', { code: other.code, output: other.stderr });
  assert.match(
    other.stdout,
    /^thresholds\/staging\.ts would change:\n- +baseUrl: 'http:.*\n\+ +baseUrl: 'http:\/\/localhost:\d+',$/m,
  );
  assert.deepEqual(await Promise.all(files.map(read)), written);

  const second = await init('--env production --base-url https://api.example.org --token PROD_TOKEN');
  assert.match(second.stdout, /^Written: thresholds\/production\.ts$/m, second.stdout + second.stderr);
  assert.match(
    second.stdout,
    /^Next: .* npm run doctor -- heavy --env production --set CONFIRM=production$/m,
  );
  assert.deepEqual(await Promise.all(files.map(read)), written, 'the API is that of both');
});

measured('a verdict on it by real k6', async () => {
  const quick = ['BLOCKS=5', 'RATE=250', 'LEAST_SECONDS=1'].flatMap((setting) => ['--set', setting]);
  const staging = join(copy.folder, 'thresholds/staging.ts');
  const text = await readFile(staging, 'utf8');
  await writeFile(
    staging,
    text.replace('monitor:', 'overhead: { seconds: 0.82, settleSeconds: 0.1, warmUpSeconds: 0.2 }, monitor:'),
  );
  const run = await undisturbed(() =>
    copy.cli(['overhead', '--env', 'staging', ...quick], { env: { AUTH_TOKEN: TOKEN } }),
  );
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.match(run.stdout, /PASS +the overhead is below/);
  assert.ok(server.isOn(), 'as it was found');
  const jobs = server.received.filter(
    ({ path, method }) => path === '/v2/jobs?queue=fast' && method === 'POST',
  );
  assert.ok(jobs.length > 2_000, String(jobs.length));
  for (const { headers, body } of jobs) {
    assert.equal(headers['x-tenant'], 'acme');
    assert.equal(body, '{"text":"it\'s one","n":10.00}');
  }
});
