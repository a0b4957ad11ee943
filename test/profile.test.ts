/** `overhead --profile` on the reference target: the package that burns CPU is named. That no fault costs the verdict: test/profile-ends.test.ts. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { parseCpuProfile } from '../lib/profile/cpu-profile.ts';
import { startTarget, type Target } from '../target/testing/start.ts';
import { Client } from '../target/testing/client.ts';
import { measured as test, undisturbed } from './support/measured.ts';
import { flagsOf, leftInTarget, project } from './support/profiled.ts';
import { type K6Run, readReports } from './support/project.ts';

let target: Target;
before(async () => {
  target = await startTarget({ env: { INSPECT_PORT: '0' } });
});
after(() => target.stop());

/** `overhead --profile`, with what it has written and where. */
async function profiled(
  address: string,
  env: NodeJS.ProcessEnv,
): Promise<K6Run & { folder: string; stdout: string }> {
  let folder = '';
  const run = await undisturbed(async () => {
    folder = await mkdtemp(join(project.folder, 'reports', 'profile-'));
    const ended = await project.cli(['overhead', '--env', 'ci', '--profile', address], {
      env: { CI: 'true', REPORT_DIR: folder, MONITOR: 'off', ...env },
    });
    return { ...ended, ...(await readReports(folder)) };
  });
  return { ...run, folder };
}

test('a package that burns CPU in one arm is named', async () => {
  // More distinct words than the tokenizer remembers: to count them takes more than all else that a request does.
  const wordOf = (i: number) => ((i * 48_271) % 2_147_483_647).toString(36);
  const message = (m: number) => Array.from({ length: 800 }, (_, i) => wordOf(800 * m + i + 1)).join(' ');
  const bodies = Array.from({ length: 200 }, (_, m) => ({
    workflowId: 'test-workflow',
    input: { message: message(m) },
  }));
  const payload = join(project.folder, 'long.json');
  await writeFile(payload, JSON.stringify(bodies));
  const client = new Client(target);
  const found = await flagsOf(client);
  const run = await profiled(target.inspector ?? '', {
    BASE_URL: target.baseUrl,
    AUTH_TOKEN: target.token,
    // Both arms with observability on: they differ in what the one flag does. The other does nothing alone.
    BASELINE: 'ENABLE_ASYNC_TRACE_EXPORT',
    TREATMENT: 'TRACK_MODEL_COSTS',
    PAYLOAD: payload,
  });
  assert.equal(run.code, run.result?.overhead?.verdict.exitCode, run.report);
  const profile = run.result?.profile;
  assert.ok(profile, run.stderr.split('\n').slice(-5).join('\n'));
  const [first] = profile.packages.filter(({ kind }) => kind === 'package');
  assert.equal(first?.name, 'gpt-tokenizer', run.stdout);
  assert.equal(first.charged.baselineUs, 0);
  const advice = run.result?.recommendations.find(({ rule }) => rule === 'costly-package');
  assert.match(advice?.evidence.join('\n') ?? '', /% of the added CPU is in gpt-tokenizer: /);
  for (const text of [run.stdout, run.report]) assert.match(text, /CPU by package, a request\n/);

  const [off, on] = profile.arms;
  assert.deepEqual([off?.name, on?.name], ['baseline', 'treatment']);
  assert.ok(off && on && off.cpuUs < on.cpuUs && off.requests > 100 && on.requests > 100);
  for (const { file } of profile.arms) {
    const raw: unknown = JSON.parse(await readFile(join(run.folder, file), 'utf8'));
    assert.ok(parseCpuProfile(raw).samples.length > 100, file);
  }
  assert.deepEqual(await flagsOf(client), found, 'the flags are put back');
  assert.equal(await leftInTarget(target), 'nothing');

  const report = join(run.folder, 'page.html');
  const json = (await readdir(run.folder)).find((name) => name.endsWith('.json')) ?? '';
  const page = await project.cli(['report', join(run.folder, json), '--html', report]);
  assert.equal(page.code, 0, page.stderr);
  const html = await readFile(report, 'utf8');
  assert.ok(html.includes('Flame graph of the difference') && html.includes('gpt-tokenizer'));
  assert.ok(html.length < 500_000, String(html.length));
});
