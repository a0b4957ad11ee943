/** Every way to a token, on real k6; and no token in anything that a run leaves behind. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after } from 'node:test';
import { mean, quantile, sampleStandardDeviation } from 'simple-statistics';
import { startTarget } from '../target/testing/start.ts';
import { ending } from './support/endings.ts';
import { measured as test, undisturbed } from './support/measured.ts';
import { copyProject, start, type K6Run } from './support/project.ts';
import { healthy, serve, withProbe } from './support/servers.ts';

/** `local` takes AUTH_TOKEN, as it is; the others take what is tested here. */
const environment = (name: string, auth: string) => `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ${name}: Environment = { baseUrl: 'http://localhost:1', auth: ${auth}, switching };`;
const project = await copyProject({
  'thresholds/ci.ts': environment('ci', "{ type: 'file', path: 'tokens.txt' }"),
  'thresholds/staging.ts': environment(
    'staging',
    "{ type: 'oauth2', tokenUrl: '/oauth/token', clientId: 'local-client', clientSecret: { variable: 'CLIENT_SECRET' } }",
  ),
  'thresholds/production.ts': environment(
    'production',
    "{ type: 'token', token: { secretSource: 'api-token' } }",
  ),
});

const small = { LOAD: 'iterations', ITERATIONS: '30', CONCURRENCY: '6' };

/** Everything that a run prints and writes. */
function traces({ stdout, stderr, result, report }: K6Run): string {
  return [stdout, stderr, JSON.stringify(result), report].join('\n');
}

test('AUTH_TOKEN is sent with every request, and shown nowhere, not even in a verbose log', async () => {
  const server = await serve(withProbe(() => healthy));
  const run = await project.run('heavy', {
    env: { ...small, BASE_URL: server.baseUrl, AUTH_TOKEN: 'tok-7f3a9c' },
    args: ['--verbose'],
  });
  assert.equal(run.code, 0, run.stderr);
  assert.ok(server.received.every(({ headers }) => headers.authorization === 'Bearer tok-7f3a9c'));
  assert.ok(!traces(run).includes('tok-7f3a9c'));
  assert.equal(run.result?.configuration.auth, 'token from AUTH_TOKEN');
});

test('a refused token is not shown either', async () => {
  const server = await serve(() => ({ status: 401, body: '{"error":"bad token tok-7f3a9c"}' }));
  const run = await project.run('heavy', {
    env: { ...small, BASE_URL: server.baseUrl, AUTH_TOKEN: 'tok-7f3a9c' },
    args: ['--verbose'],
  });
  assert.equal(run.code, 108);
  assert.ok(!traces(run).includes('tok-7f3a9c'));
});

test('a file of tokens is spread over the users', async () => {
  const tokens = ['tok-a11', 'tok-b22', 'tok-c33'];
  await writeFile(join(project.folder, 'tokens.txt'), `${tokens.join('\n')}\n\n`);
  let errors = 0;
  const server = await serve((request) =>
    request.path.endsWith('/errors')
      ? { body: JSON.stringify({ errors: [{ message: 'out of paper', count: (errors += 2) }] }) }
      : withProbe(() => ({ ...(healthy as object), afterMs: 5 }))(request),
  );
  const env = { ...small, TEST_ENV: 'ci', BASE_URL: server.baseUrl };
  const run = await project.run('heavy', { env });
  assert.equal(run.code, 0, run.stderr);
  const sent = server.received
    .filter(({ method }) => method === 'POST')
    .map(({ headers }) => headers.authorization);
  assert.deepEqual(
    [...new Set(sent)].sort(),
    tokens.map((token) => `Bearer ${token}`),
  );
  assert.ok(tokens.every((token) => !traces(run).includes(token)));
  // The first of them asks the target after the run as well.
  assert.equal(run.result?.monitor?.targetErrors[0]?.message, 'out of paper');

  await writeFile(join(project.folder, 'tokens.txt'), '\n');
  const empty = await project.run('heavy', { env });
  assert.equal(empty.code, 107);
  assert.match(empty.stderr, /auth.path: tokens.txt holds no token; expected one token per line/);
  await writeFile(join(project.folder, 'tokens.txt'), 'tok-a11\ntok b22\n');
  const broken = await project.run('heavy', { env });
  assert.equal(broken.code, 107);
  assert.match(broken.stderr, /tokens.txt: token 2 holds characters that a header cannot carry/);
  assert.ok(!broken.stderr.includes('tok b22'));
});

test('a secret source of k6', async () => {
  await writeFile(join(project.folder, 'secrets.txt'), 'api-token=tok-from-source\n');
  const server = await serve(withProbe(() => healthy));
  const env = { ...small, TEST_ENV: 'production', CONFIRM: 'production', BASE_URL: server.baseUrl };
  const run = await project.run('heavy', { env, args: ['--secret-source=file=secrets.txt'] });
  assert.equal(run.code, 0, run.stderr);
  assert.ok(server.received.every(({ headers }) => headers.authorization === 'Bearer tok-from-source'));
  assert.ok(!traces(run).includes('tok-from-source'));

  const before = server.received.length;
  const missing = await project.run('heavy', { env });
  assert.equal(missing.code, 108);
  assert.match(missing.stderr, /could not obtain a token for the target: /);
  assert.equal(server.received.length, before);
});

const shortLived = startTarget({ env: { TOKEN_TTL_S: '2' }, quiet: true });
after(async () => (await shortLived).stop());

/** A run with tokens that live for two seconds, and when each user asked for one, ms since 1970. */
async function renewing(
  load: Record<string, string>,
  baseUrl: string,
): Promise<{ run: K6Run; calls: number[][] }> {
  const log = join(project.folder, 'samples.json');
  const run = await project.run('heavy', {
    env: {
      TEST_ENV: 'staging',
      BASE_URL: baseUrl,
      CLIENT_SECRET: 'local-secret',
      P95: '5000',
      ...load,
    },
    args: ['--out', `json=${log}`, '--system-tags', 'status,scenario,expected_response,vu'],
  });
  const calls = new Map<string, number[]>();
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    if (!line.includes('"metric":"http_req_duration"') || !line.includes('"kind":"auth"')) continue;
    const { data } = JSON.parse(line) as {
      data: { time: string; value: number; metadata?: { vu: string } };
    };
    const vu = data.metadata?.vu;
    if (vu === undefined) continue; // no sample
    // k6 gives the time of the answer, which may be late.
    calls.set(vu, [...(calls.get(vu) ?? []), Date.parse(data.time) - data.value]);
  }
  return { run, calls: [...calls.values()] };
}

test('OAuth 2: a hundred users renew tokens of two seconds, and none is refused', async () => {
  const { baseUrl } = await shortLived;
  let calls: number[][] = [];
  const load = { STAGES: '500ms:100,5s:100', THINK_TIME: '0.5' };
  const run = await undisturbed(
    async () => {
      const renewed = await renewing(load, baseUrl);
      calls = renewed.calls;
      return renewed.run;
    },
    // A token is renewed 100 ms before its end at the latest: a request that takes longer may arrive after it.
    ({ result }) => (result?.latency.all?.maxMs ?? 0) > 100 && result?.requests.errorRate !== 0,
  );
  assert.equal(run.code, 0, run.report + run.stderr);
  assert.equal(run.result?.requests.errorRate, 0, run.report);
  assert.ok(!traces(run).includes('local-secret'));
  assert.equal(calls.length, 101, 'one is that of setup');
  // Each user renews, and none asks for each of its requests, which would be about ten of them.
  const users = calls.filter((times) => times.length > 1);
  assert.ok(users.length >= 100, `${users.length} users renewed`);
  const lives = users.flatMap((times) => times.slice(1).map((time, n) => time - (times[n] ?? 0)));
  assert.ok(Math.min(...lives) > 1_500, `renewed after ${Math.min(...lives)} ms`);
});

test('OAuth 2: each renewal has a moment of its own, in the last fifth of a token’s life', async () => {
  // When one is due hangs on the user alone: a server that answers at once, and leaves the processor to the users.
  const token = { body: JSON.stringify({ access_token: 'tok-7f3a9c', token_type: 'Bearer', expires_in: 2 }) };
  const { baseUrl } = await serve(withProbe(({ path }) => (path === '/oauth/token' ? token : healthy)));
  // An iteration takes a few hundredths of a second: renewals are not rounded to more than that.
  const { run, calls } = await renewing({ STAGES: '200ms:20,6s:20', THINK_TIME: '0.02' }, baseUrl);
  assert.equal(run.code, 0, run.report + run.stderr);
  const lives = calls.flatMap((times) => times.slice(1).map((time, n) => time - (times[n] ?? 0)));
  assert.ok(lives.length >= 40, `${lives.length} renewals`);
  // From 1.6 s on, but for the time of connecting, which is no part of an answer's.
  assert.ok(Math.min(...lives) > 1_500, `renewed after ${Math.min(...lives)} ms`);
  // The latest are due after 1.9 s; a few may be held up.
  const late = quantile(lives, 0.9);
  assert.ok(late < 2_000, `a tenth renewed after ${late} ms or later`);
  // 87 ms where renewals are spread evenly over 0.3 s.
  const spread = sampleStandardDeviation(lives);
  assert.ok(spread > 60, `all renewed after about ${mean(lives)} ms, standard deviation ${spread} ms`);
});

test('OAuth 2: a wrong secret ends the run in setup, and is not shown', async () => {
  const server = await serve(({ path }) => (path === '/oauth/token' ? { status: 401 } : healthy));
  const run = await project.run('heavy', {
    env: { ...small, TEST_ENV: 'staging', BASE_URL: server.baseUrl, CLIENT_SECRET: 'wrong-secret' },
  });
  assert.equal(run.code, 108);
  assert.match(
    run.stderr,
    /could not obtain a token for the target: no token from http.*\/oauth\/token: it answered 401/,
  );
  assert.ok(!traces(run).includes('wrong-secret'));
  const missing = await project.run('heavy', {
    env: { ...small, TEST_ENV: 'staging', BASE_URL: server.baseUrl },
  });
  assert.equal(missing.code, 107);
  assert.match(missing.stderr, /CLIENT_SECRET: missing, and thresholds\/staging.ts takes its token from it/);
});

/** The files of an archive that hold a text, by their last name. */
async function archived(
  text: string,
  variables: Record<string, string>,
  ...args: string[]
): Promise<string[]> {
  const folder = await mkdtemp(join(project.folder, 'archive-'));
  const env = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const made = await start(
    project.k6,
    ['archive', ...env, ...args, join(project.folder, 'dist/heavy.js'), '-O', join(folder, 'a.tar')],
    { cwd: project.folder, env: { AUTH_TOKEN: 'tok-of-shell' } },
  );
  assert.equal(made.code, 0, made.stderr);
  await start('tar', ['-xf', 'a.tar'], { cwd: folder });
  const { stdout } = await start('grep', ['-rl', '--exclude=a.tar', text, '.'], { cwd: folder });
  return stdout.split('\n').flatMap((path) => (path === '' ? [] : basename(path)));
}

test('what an archive holds is what docs/auth.md says', async () => {
  await writeFile(join(project.folder, 'tokens.txt'), 'tok-a11\n');
  await writeFile(join(project.folder, 'secrets.txt'), 'api-token=tok-from-source\n');
  const staging = { TEST_ENV: 'staging', CLIENT_SECRET: 'a-secret' };
  const production = { TEST_ENV: 'production', CONFIRM: 'production' };
  const inMetadata = ['metadata.json'];
  assert.deepEqual(await archived('tok-given', { AUTH_TOKEN: 'tok-given' }), inMetadata);
  assert.deepEqual(await archived('tok-of-shell', { AUTH_TOKEN: 'tok-given' }), []);
  assert.deepEqual(await archived('tok-of-shell', {}, '--include-system-env-vars'), inMetadata);
  const bySource = await archived('tok-from-source', production, '--secret-source=file=secrets.txt');
  assert.deepEqual(bySource, []);
  const byFile = await archived('tok-a11', { TEST_ENV: 'ci', PWD: project.folder });
  assert.ok(byFile.length > 0, 'the file');
  assert.deepEqual(await archived('a-secret', staging), inMetadata);
});

test('k6’s own --http-debug prints the token, as docs/auth.md says', async () => {
  const server = await serve(withProbe(() => healthy));
  const env = { ...small, BASE_URL: server.baseUrl, AUTH_TOKEN: 'tok-7f3a9c' };
  const { stderr, result } = await project.run('heavy', { env, args: ['--http-debug'] });
  assert.match(stderr, /Authorization: Bearer tok-7f3a9c/);
  assert.ok(!JSON.stringify(result).includes('tok-7f3a9c'));
});

test('a token with a stray carriage return: refused by the run and the doctor, and shown by neither', async () => {
  await writeFile(join(project.folder, 'tokens.txt'), 'tok-a11\ntok\r7f3a9c\n');
  const server = await serve(({ path }) =>
    path === '/oauth/token' ? { body: '{"access_token":"tok\\n7f3a9c"}' } : healthy,
  );
  for (const env of [{ TEST_ENV: 'ci' }, { TEST_ENV: 'staging', CLIENT_SECRET: 'a-secret' }]) {
    const given = { ...small, ...env, BASE_URL: server.baseUrl };
    const run = await project.run('heavy', { env: given });
    const doctor = await project.cli(['doctor', 'heavy'], { env: given });
    assert.equal(run.code, env.TEST_ENV === 'ci' ? 107 : 108, run.stderr);
    assert.equal(doctor.code, 1);
    for (const text of [run.stderr, doctor.stdout])
      assert.ok(text.includes(ending('broken-token').says), text);
    assert.ok(!`${traces(run)}${doctor.stdout}${doctor.stderr}`.includes('7f3a9c'));
  }
  assert.ok(!server.received.some(({ method }) => method === 'GET'));
});
