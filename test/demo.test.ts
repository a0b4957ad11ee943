/** The demo, as a newcomer runs it; and what is left of it when it is stopped half way: nothing. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { demoSteps } from '../cli/demo/steps.ts';
import { provideK6 } from '../cli/k6/provide.ts';
import { measured as test, undisturbed } from './support/measured.ts';
import { interruptAt, type RunOptions, start } from './support/project.ts';

const root = join(import.meta.dirname, '..');
const reports = await mkdtemp(join(tmpdir(), 'k6-overhead-demo-'));
after(() => rm(reports, { recursive: true, force: true }));
const { path: k6 } = await provideK6();

/** `npm run demo`, without npm; with variables in the shell that must not change it. */
function demo(options: Pick<RunOptions, 'onStart'> = {}) {
  return start(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'demo'], {
    cwd: root,
    env: {
      K6_BIN: k6,
      REPORT_DIR: reports,
      BASE_URL: 'http://127.0.0.1:1',
      P95: '0.001',
      AUTH_TOKEN: 'other',
    },
    ...options,
  });
}

/** Whether the target that the demo has named answers, whatever it says. */
async function answers(stdout: string): Promise<boolean> {
  const url = /^The target answers at (\S+)\.$/m.exec(stdout)?.[1];
  assert.ok(url, stdout);
  return fetch(url).then(
    () => true,
    () => false,
  );
}

test('the demo passes within two minutes, as the README says, says where its reports are, and stops the target', async () => {
  const { code, stdout, stderr, ms } = await undisturbed(demo);
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

describe('a demo that is ended', { concurrency: 2 }, () => {
  test('Ctrl+C: k6’s exit code, its report, and no target left', async () => {
    const { code, stdout } = await demo({ onStart: interruptAt(/── heavy[^]*running \((0+m)?05\./) });
    assert.equal(code, 105, stdout);
    assert.match(stdout, /ended before its plan/);
    assert.match(stdout, /Exit code 105\.\n$/);
    assert.equal(await answers(stdout), false);
  });

  test('killed outright: the target ends by itself', async () => {
    let killed = false;
    const { stdout } = await demo({
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
