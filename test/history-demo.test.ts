/** A history with a true change, made on the reference target: the trend names it. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { provideK6 } from '../cli/k6/provide.ts';
import { measured as test, undisturbed } from './support/measured.ts';
import { start, type Ended } from './support/project.ts';

const root = join(import.meta.dirname, '..');
const reports = await mkdtemp(join(tmpdir(), 'k6-overhead-history-'));
after(() => rm(reports, { recursive: true, force: true }));
const { path: k6 } = await provideK6();

/** The command line as a user calls it, with variables in the shell that must not change the demo. */
function cli(args: readonly string[]): Promise<Ended> {
  const env = { K6_BIN: k6, REPORT_DIR: reports, BASE_URL: 'http://127.0.0.1:1', P95: '0.001' };
  const program = ['--import', import.meta.resolve('tsx'), join(root, 'cli/main.ts')];
  return start(process.execPath, [...program, ...args], { cwd: reports, env });
}

test('the trend names the commit that brought a delay', async () => {
  const made = await cli(['demo', 'history']);
  assert.equal(made.code, 0, made.stdout + made.stderr);
  const slow = /more in each request:\n 7 {2}commit (\w+)/.exec(made.stdout)?.[1] ?? assert.fail(made.stdout);
  const folder = join(reports, 'demo-history');
  assert.equal((await readdir(folder)).length, 12);
  const { code, stdout } = await undisturbed(
    () => cli(['trend', '--dir', folder, '--html', 'demo.html']),
    (ended) => differAlready(ended.stdout),
  );
  const size = new RegExp(
    `^WORSE +light on local: P95 .*: \\+(\\d+)\\S* ms .* since ${slow} of .*, 6 runs`,
    'm',
  ).exec(stdout)?.[1];
  // 150 ms, less what the target is the less busy for.
  assert.ok(Number(size) >= 60, stdout);
  assert.equal(code, 99);
  assert.match(stdout, new RegExp(`NEW +P95 +${slow} `));
  assert.match(stdout, /; k6 2\n/);
  assert.match(await readFile(join(reports, 'demo.html'), 'utf8'), /<td class="word">NEW|NEW<\/span>/);
});

/** Whether the six runs before the delay differ by a good part of it, the machine being disturbed: then there is another change. */
function differAlready(stdout: string): boolean {
  const p95s = [...stdout.matchAll(/^ +\w{7,} of .* ([\d.]+) ms {2}\S*$/gm)].map(([, value]) =>
    Number(value),
  );
  assert.equal(p95s.length, 12, stdout);
  const before = p95s.slice(0, 6);
  return Math.max(...before) - Math.min(...before) > 40;
}
