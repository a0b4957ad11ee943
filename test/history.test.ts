/** History, baseline, trend and the report of a pull request, as a user calls them. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commandsOf } from './support/commands.ts';
import { noise, resultOf } from './support/history.ts';
import { loadResult } from './support/runs.ts';

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-history-'));
after(() => rm(folder, { recursive: true, force: true }));

const command = commandsOf(root);
const cli = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => command({ args, cwd: folder, env });

/** Twelve results, slower from the eighth on, as runs leave them. */
const files = Array.from({ length: 12 }, (_, i) => `reports/run-${String(i).padStart(2, '0')}.json`);
function fileAt(index: number): string {
  return files[index] ?? assert.fail();
}
await mkdir(join(folder, 'reports'));
for (const [i, file] of files.entries()) {
  await writeFile(join(folder, file), JSON.stringify(resultOf(i, (i < 8 ? 50 : 80) + noise(i))));
}

test('results become a history, whatever else is named or lies there', async () => {
  await writeFile(join(folder, 'reports/cut.json'), '{"schemaVersion":');
  const added = await cli(['history', 'add', ...files, files[0] ?? '', 'reports/cut.json', 'nowhere.json']);
  assert.equal(added.code, 1);
  assert.match(
    added.stderr,
    /^k6-overhead: reports\/cut\.json: not JSON.*\nk6-overhead: nowhere\.json: cannot be read.*\n$/,
  );
  assert.equal([...added.stdout.matchAll(/^added: history\/0000\d\d-heavy-staging-/gm)].length, 12);
  assert.equal([...added.stdout.matchAll(/^there already: /gm)].length, 1);
  await writeFile(join(folder, 'history/mine.txt'), 'a note');
});

test('trend: 99 for a worsening that is new, 0 once it is accepted', async () => {
  const worse = await cli(['trend', '--html', 'trend.html', '--markdown', 'trend.md']);
  assert.equal(worse.code, 99);
  assert.match(
    worse.stdout,
    /^WORSE {2}heavy on staging: P95 .* since 008ffff of .*, 4 runs {2}\(exit code 99\)$/m,
  );
  assert.match(worse.stderr, /^k6-overhead: warning: history\/mine\.txt: not a name of the history.*\n$/);
  assert.match(await readFile(join(folder, 'trend.html'), 'utf8'), /WORSE/);
  assert.match(await readFile(join(folder, 'trend.md'), 'utf8'), /^## ❌ WORSE: heavy on staging/);
  const accepted = await cli(['baseline', 'accept', fileAt(9), fileAt(10), fileAt(11)]);
  assert.equal(accepted.code, 0, accepted.stderr);
  assert.match(accepted.stdout, /^accepted for heavy on staging, ci:\n {2}009ffff/);
  const known = await cli(['trend', '--by', 'time']);
  assert.equal(known.code, 0);
  assert.match(known.stdout, /^STEADY .*\n[^]*accepted +P95 +008ffff/m);
});

test('a baseline of too few requests says that nothing can be compared with it', async () => {
  const few = loadResult(20, { run: { scenario: 'light' }, requests: { total: 100, successful: 100 } });
  await writeFile(join(folder, 'reports/light.json'), JSON.stringify(few));
  const { code, stdout } = await cli(['baseline', 'accept', 'reports/light.json', '--dir', 'few']);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^note: reports\/light\.json has 100 requests; at least 200 .*: `compare` will not take it$/m,
  );
});

test('baseline show names each kind with its results', async () => {
  const { code, stdout } = await cli(['baseline', 'show']);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^heavy on staging, ci, accepted 20.*:\n {2}009ffff .* P95 [78]\d\.\d ms.*\n {2}010ffff .*\n {2}011ffff /,
  );
});

test('compare --baseline: the accepted results on one side, by one command', async () => {
  await writeFile(join(folder, 'reports/new.json'), JSON.stringify(resultOf(30, 85)));
  const { code, stdout } = await cli(['compare', '--baseline', 'reports/new.json']);
  assert.equal(code, 110, 'a single pair decides nothing');
  assert.match(stdout, /baseline +history\/000012-heavy-staging-.*\n +treatment +reports\/new\.json/);
  const cases: [args: string[], code: number, line: RegExp][] = [
    [['compare', '--baseline', fileAt(11)], 1, /are the same run: each counts once/],
    [
      ['compare', '--baseline', '--dir', 'nowhere', 'reports/new.json'],
      1,
      /nowhere: no baseline for heavy on staging, ci;/,
    ],
    [['baseline', 'accept', 'reports/cut.json'], 1, /not JSON/],
    [['trend', '--dir', 'histroy'], 1, /histroy: no such folder; /],
    [['trend', '--by', 'size'], 2, /Allowed choices are commit, time/],
  ];
  for (const [args, expected, line] of cases) {
    const ended = await cli(args);
    assert.equal(ended.code, expected, ended.stderr);
    assert.match(ended.stderr, line);
    assert.equal(ended.stderr.trim().split('\n').length, 1, ended.stderr);
  }
});

test('a pull request: Δ against the accepted runs with its interval, and the link', async () => {
  const link = 'https://ci.example.com/runs/7/a file.html';
  const args = [
    'report',
    'reports/new.json',
    '--markdown',
    'pr.md',
    '--history',
    'history',
    '--html-link',
    link,
  ];
  const { code, stderr } = await cli(args, { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') });
  assert.equal(code, 0, stderr);
  const report = await readFile(join(folder, 'pr.md'), 'utf8');
  assert.match(report, /^## ✅ PASSED: heavy on staging\n/);
  assert.match(
    report,
    /^\[The whole report as HTML\]\(<https:\/\/ci\.example\.com\/runs\/7\/a%20file\.html>\)$/m,
  );
  assert.match(
    report,
    /^\| P95 \| 85\.0 ms \| (79|80)\.\d ms \| 4 \| \+\d\.\d\d ms \| \+\d\.\d\d ms to \+\d\.\d\d ms \| ❌ worse \|$/m,
  );
  assert.equal(await readFile(join(folder, 'summary.md'), 'utf8'), report);
  const first = await cli(['report', 'reports/new.json', '--markdown', 'first.md', '--history', 'none-yet']);
  assert.equal(first.code, 0, first.stderr);
  assert.match(
    await readFile(join(folder, 'first.md'), 'utf8'),
    /Nothing to compare with: no accepted run of this kind yet/,
  );
  const wrong = await cli(['report', 'reports/new.json', '--html-link', 'javascript:alert(1)']);
  assert.match(
    wrong.stderr,
    /^k6-overhead: --html-link 'javascript:alert\(1\)': an http:\/\/ or https:\/\/ address is needed\n$/,
  );
});
