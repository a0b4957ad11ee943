/** The demo, as a newcomer runs it. What is left of one that is stopped half way: test/demo-ends.test.ts. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { demoSteps } from '../cli/demo/steps.ts';
import { answers, demo } from './support/demo.ts';
import { measured as test, undisturbed } from './support/measured.ts';

const reports = await mkdtemp(join(tmpdir(), 'k6-overhead-demo-'));
after(() => rm(reports, { recursive: true, force: true }));

test('the demo passes within two minutes, as the README says, says where its reports are, and stops the target', async () => {
  const { code, stdout, stderr, ms } = await undisturbed(() => demo(reports));
  assert.equal(code, 0, stdout + stderr);
  assert.ok(ms < 120_000, `${ms} ms`);
  const files = await readdir(reports);
  for (const { scenario } of demoSteps) {
    assert.match(stdout, new RegExp(`^k6-overhead  ${scenario}  local  `, 'm'));
    assert.match(stdout, new RegExp(`^${scenario}  passed: .*${scenario}-local-.*\\.txt`, 'm'));
    assert.ok(files.filter((name) => name.startsWith(`${scenario}-local-`)).length >= 2);
  }
  assert.match(stdout, /^HTML: .*overhead-local-.*\.html$/m);
  assert.equal(files.filter((name) => /^overhead-local-.*\.html$/.test(name)).length, 1);
  assert.match(stdout, /The target is stopped\. All of it took \d+ s\. Exit code 0\.\n$/);
  assert.equal(await answers(stdout), false);
});
