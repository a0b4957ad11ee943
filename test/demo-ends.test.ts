/** What is left of a demo that is stopped half way: nothing. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { answers, demo } from './support/demo.ts';
import { interruptAt } from './support/project.ts';

const reports = await mkdtemp(join(tmpdir(), 'k6-overhead-demo-'));
after(() => rm(reports, { recursive: true, force: true }));

test('Ctrl+C: k6’s exit code, its report, and no target left', async () => {
  const { code, stdout } = await demo(reports, {
    onStart: interruptAt(/── heavy[^]*running \((0+m)?01\./),
  });
  assert.equal(code, 105, stdout);
  assert.match(stdout, /ended before its plan/);
  assert.match(stdout, /Exit code 105\.\n$/);
  assert.equal(await answers(stdout), false);
});
