/** What may go wrong with the profile of `overhead --profile`: the verdict stays. The profile itself: test/profile.test.ts. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { addProfile } from '../cli/profile/add-profile.ts';
import { overheadConfig } from '../lib/config/overhead-config.ts';
import { profileSettings } from '../lib/config/profile-config.ts';
import { RESULT_FILE } from '../lib/result/result-file.ts';
import { parseRunResult } from '../lib/result/run-result.ts';
import { Client } from '../target/testing/client.ts';
import { startTarget, type Target } from '../target/testing/start.ts';
import { writeProgram } from './support/k6-archives.ts';
import { flagsOf, leftInTarget, project } from './support/profiled.ts';
import { interruptAt, readReports } from './support/project.ts';
import { experimentResult } from './support/results.ts';

let target: Target;
before(async () => {
  target = await startTarget({ env: { INSPECT_PORT: '0' }, quiet: true });
});
after(() => target.stop());

/** k6, but for the experiment: of that the result is there at once. */
async function k6AfterExperiment(): Promise<string> {
  const folder = await mkdtemp(join(project.folder, 'k6-'));
  const result = join(folder, 'result.json');
  await writeFile(result, JSON.stringify({ ...experimentResult(5, 5, 1), profile: null }));
  const lines = [
    `case "$*" in *overhead.js) ;; *) exec '${project.k6}' "$@";; esac`,
    `cp '${result}' "$${RESULT_FILE}"`,
    `echo 'The report.' > "\${${RESULT_FILE}%.json}.txt"`,
  ];
  return writeProgram(join(folder, 'k6'), lines.join('\n'));
}

test('Ctrl+C during the profile: the verdict and its exit code stay, a note, and the flags as they were found', async () => {
  const client = new Client(target);
  const before = await flagsOf(client);
  const folder = await mkdtemp(join(project.folder, 'reports', 'profile-'));
  const run = await project.cli(['overhead', '--env', 'ci', '--profile', target.inspector ?? ''], {
    env: {
      K6_BIN: await k6AfterExperiment(),
      CI: 'true',
      REPORT_DIR: folder,
      MONITOR: 'off',
      BASE_URL: target.baseUrl,
      AUTH_TOKEN: target.token,
    },
    onStart: interruptAt(/CPU profiles of both arms/),
  });
  assert.equal(run.code, 0, run.stderr);
  const { result } = await readReports(folder);
  assert.deepEqual(result?.overhead, experimentResult(5, 5, 1).overhead);
  assert.equal(result.profile, null);
  assert.match(result.notes.join('\n'), /^No CPU profile: interrupted$/m);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')),
    [],
  );
  assert.deepEqual(await flagsOf(client), before);
  assert.equal(await leftInTarget(target), 'nothing');
});

test('no inspector: one line, a note, and the verdict as it was', async (t) => {
  const closed = await closedPort();
  const lines: string[] = [];
  const { mock } = t.mock.method(process.stderr, 'write', (line: string) => lines.push(line) > 0);
  const notes = await notesAfterProfile(closed);
  mock.restore();
  const reason = `${closed}: nothing listens there`;
  assert.equal(notes.at(-1), `No CPU profile: ${reason}`);
  assert.deepEqual(
    lines.filter((line) => line.includes('no CPU profile')),
    [`k6-overhead: no CPU profile: ${reason}\n`],
  );
});

test('a wrong address, and whole runs: refused before any load', async () => {
  const wrong = await project.cli(['overhead', '--env', 'ci', '--profile', 'nowhere'], {
    env: { AUTH_TOKEN: 'a' },
  });
  assert.equal(wrong.code, 107);
  assert.match(wrong.stderr, /^k6-overhead: --profile: 'nowhere'; expected host and port .*\n$/);
  const runs = await project.cli(['overhead', '--mode', 'runs', '--profile']);
  assert.equal(runs.code, 2);
  assert.match(runs.stderr, /--profile is for the experiment in k6/);
});

test("someone else's inspector, and one that answers late: refused before any load, the result kept", async () => {
  const child = spawn(
    process.execPath,
    ['--inspect=127.0.0.1:0', '-e', "require('node:http').createServer().listen(0)"],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  try {
    const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string];
    const address = new URL(line.replace(/^.*(?=ws:)/, '')).host;
    assert.match(
      (await notesAfterProfile(address, 5_000)).at(-1) ?? '',
      /the process there \(\d+\) is not the target: it saw none of 10 requests/,
    );
    child.kill('SIGSTOP');
    assert.equal(
      (await notesAfterProfile(address)).at(-1),
      `No CPU profile: ${address}: no answer within 500 ms`,
    );
  } finally {
    child.kill('SIGKILL');
  }
});

/** The notes of a result after a profile was asked for at an address. */
async function notesAfterProfile(address: string, timeoutMs = 500): Promise<string[]> {
  const folder = await mkdtemp(join(project.folder, 'reports', 'other-'));
  const path = join(folder, 'overhead.json');
  const result = { ...experimentResult(5, 5, 1), profile: null };
  await writeFile(path, JSON.stringify(result));
  await writeFile(join(folder, 'overhead.txt'), 'The report.\n');
  const env = { TEST_ENV: 'local', BASE_URL: target.baseUrl, AUTH_TOKEN: target.token };
  const config = overheadConfig(env);
  const [baseline, treatment] = config.plan.arms;
  assert.ok(baseline && treatment);
  await addProfile(
    { code: 99, found: { ok: true, result, path } },
    {
      settings: { ...profileSettings(env, address), timeoutMs },
      config,
      env,
      variables: env,
      perSecond: 200,
      arms: { flag: null, baseline: baseline.flags, treatment: treatment.flags },
    },
  );
  assert.deepEqual((await readdir(folder)).sort(), ['overhead.json', 'overhead.txt'], 'no profile is left');
  const { notes, profile, overhead } = parseRunResult(await readFile(path, 'utf8'), path);
  assert.equal(profile, null);
  assert.deepEqual(overhead, result.overhead);
  return notes;
}

/** An address at which nothing listens any more. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}
