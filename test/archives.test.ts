/** Bundles away from their folder: archives, standard input, and what k6-operator's initializer does with each manifest. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assertEnding } from './support/endings.ts';
import { initialize, readManifests } from './support/k6-operator.ts';
import { copyProject, start, type Ended } from './support/project.ts';
import { healthy, serve, withProbe } from './support/servers.ts';

const project = await copyProject();
const target = await serve(withProbe(() => healthy));
const elsewhere = await mkdtemp(join(tmpdir(), 'k6-overhead-elsewhere-'));
after(() => rm(elsewhere, { recursive: true, force: true }));
const small = { ITERATIONS: '20', CONCURRENCY: '2', P95: '5000', MONITOR: 'off' };
const reach = { AUTH_TOKEN: 'a-token', BASE_URL: target.baseUrl };

/** `k6 archive` of heavy, in the project. It sees no variables but those of `-e`. */
async function archive(name: string, variables: Record<string, string>): Promise<string> {
  const file = join(elsewhere, name);
  const given = Object.entries({ AUTH_TOKEN: 'when-it-runs', ...variables });
  const env = given.flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  const { code, stderr } = await start(project.k6, ['archive', ...env, 'dist/heavy.js', '-O', file], {
    cwd: project.folder,
  });
  assert.equal(code, 0, stderr);
  return file;
}

const run = (file: string, env: Record<string, string>): Promise<Ended> =>
  start(project.k6, ['run', '--quiet', file], { cwd: elsewhere, env: { ...reach, ...env } });

const outputOf = ({ stdout, stderr, code }: Ended) => ({ code, output: stdout + stderr });

// One of the loads with one user; those of several, and overhead: test/merge.test.ts.
for (const scenario of ['smoke', 'capacity', 'attribution']) {
  test(`the initializer of ${scenario} archives the bundle away from the project, and inspects it`, async () => {
    const folder = await mkdtemp(join(elsewhere, 'operator-'));
    const out = join(folder, 'manifests');
    const args = ['manifests', scenario, '--name', 'a-run', '--parallelism', '1', '--out', out];
    const written = await project.cli(args);
    assert.equal(written.code, 0, written.stderr);
    const cluster = await readManifests(out);
    const [testRun] = cluster.testRuns;
    assert.ok(testRun);
    const { inspected } = await initialize(testRun, cluster, { k6: project.k6, test: join(folder, 'test') });
    assert.equal(inspected.code, 0, inspected.stderr);
    assert.match(inspected.stdout, /"totalDuration"/);
  });
}

test('an archive runs from any folder, with what it was made with', async () => {
  assertEnding('archive-elsewhere', outputOf(await run(await archive('a.tar', small), {})));
});

test('an archive holds the payloads that it was made with', async () => {
  const bodies = join(elsewhere, 'bodies.json');
  await writeFile(bodies, '[{"workflowId":"mine","input":{"message":"from the archive"}}]');
  const file = await archive('bodies.tar', { ...small, PAYLOAD: bodies });
  await rm(bodies);
  const { code, stderr } = await run(file, {});
  assert.equal(code, 0, stderr);
  assert.ok(target.received.some(({ body }) => body.includes('from the archive')));
});

test('an archive that is run with another load or other limits than it was made with is refused', async () => {
  const file = await archive('other.tar', small);
  for (const other of [{ ITERATIONS: '30' }, { P95: '1' }]) {
    assertEnding('archive-other-settings', outputOf(await run(file, other)));
  }
});

test('an archive whose folder for reports is gone reports on standard output, and k6 says what is missing', async () => {
  const gone = await mkdtemp(join(elsewhere, 'gone-'));
  const file = await archive('gone.tar', { ...small, REPORT_DIR: gone });
  await rm(gone, { recursive: true });
  const ended = await run(file, {});
  assertEnding('archive-without-folder', outputOf(ended));
  assert.match(ended.stdout, /^PASSED {2}every gate holds/m);
});

test('a bundle from standard input', async () => {
  const bundle = join(project.folder, 'dist/heavy.js');
  const ended = await start('sh', ['-c', `"${project.k6}" run --quiet - < "${bundle}"`], {
    cwd: elsewhere,
    env: { ...reach, ...small },
  });
  assertEnding('script-from-stdin', outputOf(ended));
  assert.match(ended.stdout, /^PASSED {2}every gate holds/m);
});

test('k6 cloud run takes the bundle as far as its login', async () => {
  const args = ['cloud', 'run', '-e', 'AUTH_TOKEN=a-token', join(project.folder, 'dist/heavy.js')];
  const { code, stderr } = await start(project.k6, args, { cwd: elsewhere, env: { HOME: elsewhere } });
  assert.match(stderr, /access token not configured/);
  assert.notEqual(code, 107, stderr);
});
