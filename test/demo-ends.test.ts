/** What is left of a demo that is stopped half way: nothing. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { answers, demo } from './support/demo.ts';
import { interruptAt } from './support/project.ts';

const reports = await mkdtemp(join(tmpdir(), 'k6-overhead-demo-'));
after(() => rm(reports, { recursive: true, force: true }));

describe('a demo that is ended', { concurrency: 2 }, () => {
  test('Ctrl+C: k6’s exit code, its report, and no target left', async () => {
    const { code, stdout } = await demo(reports, {
      onStart: interruptAt(/── heavy[^]*running \((0+m)?01\./),
    });
    assert.equal(code, 105, stdout);
    assert.match(stdout, /ended before its plan/);
    assert.match(stdout, /Exit code 105\.\n$/);
    assert.equal(await answers(stdout), false);
  });

  test('killed outright: the target ends by itself', async () => {
    let killed = false;
    const { stdout } = await demo(reports, {
      onStart: (child) => {
        child.stdout?.on('data', (chunk: Buffer) => {
          if (!killed && chunk.toString().includes('The target answers')) killed = child.kill('SIGKILL');
        });
      },
    });
    assert.ok(killed);
    for (let tries = 0; tries < 50 && (await answers(stdout)); tries += 1) await wait(200);
    assert.equal(await answers(stdout), false);
  });
});
