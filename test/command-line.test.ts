/** The command line on real k6: k6's exit code, a report that is there, and the guide's three steps as written. */
import assert from 'node:assert/strict';
import { readFile, stat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commandsOf } from './support/commands.ts';
import { assertEnding, ending } from './support/endings.ts';
import { k6Script, writeProgram } from './support/k6-archives.ts';
import { startTarget } from '../target/testing/start.ts';
import { copyProject, start } from './support/project.ts';
import { healthy, REFUSED_ADDRESS, serve, withProbe } from './support/servers.ts';

const project = await copyProject();
const target = await startTarget({ quiet: true });
after(() => target.stop());
const env = { BASE_URL: target.baseUrl, AUTH_TOKEN: target.token };

test('run: k6’s exit code, the report alone on standard output, progress on standard error', async () => {
  const small = ['--set', 'ITERATIONS=30', '--set', 'CONCURRENCY=3'];
  const passed = await project.cli(['run', 'heavy', '--env', 'ci', ...small, '--set', 'P95=5000'], { env });
  assert.equal(passed.code, 0, passed.stderr);
  assert.match(passed.stdout, /^k6-overhead {2}heavy {2}ci {2}thresholds [0-9a-f]{8} {2}/);
  assert.equal(passed.stdout.split('\n').filter((line) => line.includes('P95:')).length, 1);
  assert.ok(!passed.stdout.includes('running ('), 'no progress');
  assert.match(passed.stderr, /running \(/);
  assert.match(passed.stderr, /scenarios: \(100\.00%\)/);
  assert.ok(![passed.stdout, passed.stderr].join('').includes(target.token));
  const crossed = await project.cli(['run', 'heavy', ...small, '--set', 'P95=0.001'], { env });
  assert.equal(crossed.code, 99);
  const wrong = await project.cli(['run', 'heavy', '--set', 'P95=0'], { env });
  assert.equal(wrong.code, 107);
  assert.equal(wrong.stdout, '');
  const down = await project.cli(['run', 'heavy'], { env: { ...env, BASE_URL: REFUSED_ADDRESS } });
  assert.equal(down.code, 108);
  assert.match(
    down.stdout,
    /^k6-overhead {2}heavy .*\nNOT RUN {2}the target does not answer: [\s\S]*\nReport: \S+\.txt, \S+\.json\n$/,
  );
});

test('run: what is wrong with the command itself is one line, and 2', async () => {
  const command = commandsOf(project.folder);
  const cases: [string[], RegExp][] = [
    [['run'], /missing required argument 'scenario'/],
    [['run', 'heavy', 'light'], /too many arguments/],
    [['run', 'heavy', '--set', 'P95'], /--set takes NAME=value, such as --set P95=120, not 'P95'/],
    [['run', 'heavy', '--set', 'P59=120'], /nothing reads a variable 'P59'; expected P95/],
    [['run', 'heavy', '--set', 'BUGDET=20'], new RegExp(ending('misspelt-set').says)],
    [['run', 'heavy', '--set', 'K6_VUS=5'], /nothing reads a variable 'K6_VUS'; there are TEST_ENV, .*P95/],
    [['load-test', '--iteration', '5'], /unknown option '--iteration' \(Did you mean --iterations\?\)/],
    [['load-test', '5000'], /too many arguments/],
    [['doctor', 'hevy'], /unknown scenario 'hevy'; there are smoke, light/],
    [['demo', '--fast'], /unknown option '--fast'/],
  ];
  for (const [args, line] of cases) {
    const { code, stdout, stderr } = await command({ args, cwd: project.folder, env });
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, line);
    assert.equal(stderr.trim().split('\n').length, 1);
  }
});

test('a report folder is made; where it cannot be written one line says so, and the report is on standard output', async () => {
  const made = join(project.folder, 'made/by/the run');
  const first = await project.cli(['run', 'smoke'], { env: { ...env, REPORT_DIR: made } });
  assert.equal(first.code, 0, first.stderr);
  const names = await readdir(made);
  assert.deepEqual(
    names.map((name) => name.replace(/^smoke-local-\w+/, '')).sort(),
    ['.json', '.txt'],
    'and no part',
  );
  assert.ok(first.stdout.includes(`${names.find((name) => name.endsWith('.txt')) ?? ''}, `), first.stdout);
  // Below a file, and where even root may write none.
  for (const REPORT_DIR of [join(project.folder, 'package.json', 'reports'), '/sys/reports', '/sys']) {
    const { code, stdout, stderr } = await project.cli(['run', 'smoke'], { env: { ...env, REPORT_DIR } });
    assertEnding('report-not-written', { code, output: stderr });
    assert.doesNotMatch(stderr, /\n\s+at |\\n/, 'no stack');
    assert.match(stdout, /^k6-overhead {2}smoke/);
    assert.match(stdout, /http_req_duration/, 'all of it');
    assert.doesNotMatch(stdout, /Report:/);
  }
  const crossed = await project.cli(['run', 'heavy', '--set', 'ITERATIONS=30', '--set', 'P95=0.001'], {
    env: { ...env, REPORT_DIR: join(project.folder, 'package.json/reports') },
  });
  assert.equal(crossed.code, 99, 'k6’s own');
});

test('gates that a shell has switched off are on again; a k6 that judges nothing does not pass', async () => {
  const small = ['run', 'heavy', '--set', 'ITERATIONS=30', '--set', 'P95=0.001'];
  const off = { K6_NO_THRESHOLDS: 'true', K6_NO_SETUP: 'true', K6_SUMMARY_MODE: 'disabled' };
  const { code, stderr } = await project.cli(small, { env: { ...env, ...off } });
  assertEnding('gates-off-command-line', { code, output: stderr });
  const disarmed = `if [ "$1" = run ]; then shift; exec ${project.k6} run --no-thresholds "$@"; fi; exec ${project.k6} "$@"`;
  const ungated = await project.cli(small, {
    env: { ...env, K6_BIN: await writeProgram(join(project.folder, 'bin/k6-ungated'), disarmed) },
  });
  assertEnding('not-gated', { code: ungated.code, output: ungated.stdout });
});

test('plain k6 run: the report is printed, and no file is named as written that is not', async () => {
  const { code, stdout, stderr } = await project.run('smoke', { env: { ...env, REPORT_DIR: '/proc' } });
  assert.equal(code, 0);
  assert.match(stderr, /Could not save some summary information/);
  assert.match(stdout, /^Writing the report: \/proc\//m);
  assert.doesNotMatch(stdout, /^Report:/m);
});

test('a k6 that hands over half a result, or none, does not pass; one line says so', async () => {
  const cases = [
    ['result-cut-short', `printf '{"schemaVersion":1' > "$RESULT_FILE"; touch "\${RESULT_FILE%.json}.txt"`],
    ['result-missing', ':'],
    ['ended-while-writing', 'kill -INT $$'],
    ['k6-killed-without-result', 'kill -KILL $$'],
  ] as const;
  for (const [row, does] of cases) {
    const script = `if [ "$1" = version ]; then ${k6Script('2.2.0')}; exit; fi; ${does}`;
    const k6 = await writeProgram(join(project.folder, 'bin/k6'), script);
    const { code, stderr } = await project.cli(['run', 'smoke'], { env: { ...env, K6_BIN: k6 } });
    assertEnding(row, { code, output: stderr });
  }
});

test('two runs into one folder at the same time: each finds its own result', async () => {
  const runs = await Promise.all(
    ['0.001', '5000'].map((P95) =>
      project.cli(['run', 'heavy', '--set', 'ITERATIONS=30', '--set', `P95=${P95}`], { env }),
    ),
  );
  assert.deepEqual(
    runs.map(({ code, stderr }) => [code, stderr.includes('k6-overhead:')]),
    [
      [99, false],
      [0, false],
    ],
  );
});

test('k6 missing or too old: one line that says what to do', async () => {
  const old = await writeProgram(join(project.folder, 'bin/k6-old'), k6Script('0.49.0'));
  const cases: [string, RegExp][] = [
    [
      join(project.folder, 'no-k6'),
      /^k6-overhead: K6_BIN=.*: there is no such file; it must be the path of k6 2\.0/,
    ],
    [old, /^k6-overhead: K6_BIN=.*: this is k6 0\.49\.0; it must be the path of k6 2\.0 or newer/],
  ];
  for (const [K6_BIN, line] of cases) {
    const { code, stderr } = await project.cli(['run', 'smoke'], { env: { ...env, K6_BIN } });
    assert.equal(code, 1);
    assert.match(stderr, line);
    assert.equal(stderr.trim().split('\n').length, 1);
  }
});

test('run from another folder, by hand: the report goes to the project', async () => {
  const elsewhere = await mkdtemp(join(project.folder, 'elsewhere-'));
  await writeFile(join(elsewhere, 'own.json'), '[{"workflowId":"test-workflow","input":{"message":"mine"}}]');
  const before = (await readdir(join(project.folder, 'reports'))).length;
  const { code, stderr } = await project.cli(['run', 'smoke', '--set', 'PAYLOAD=own.json'], {
    cwd: elsewhere,
    // Left over from where the shell was before.
    env: { ...env, PWD: '/' },
  });
  assert.equal(code, 0, stderr);
  assert.equal((await readdir(join(project.folder, 'reports'))).length, before + 2);
  assert.deepEqual(await readdir(elsewhere), ['own.json']);
});

test('load-test: the guide’s options reach k6', async () => {
  const server = await serve(withProbe(() => healthy));
  const args = [
    '--iterations',
    '40',
    '--concurrency',
    '4',
    '--endpoint',
    '/execute',
    '--base-url',
    server.baseUrl,
    '--auth-token',
    'tok-7f3a9c',
  ];
  // Options win over what the environment says.
  const { code, stdout, stderr } = await project.cli(['load-test', ...args], {
    env: { BASE_URL: 'http://127.0.0.1:1', AUTH_TOKEN: 'other', ITERATIONS: '50' },
  });
  assert.equal(code, 0, stderr);
  const posts = server.received.filter(({ path }) => path === '/execute');
  assert.equal(posts.length, 40);
  assert.ok(posts.every(({ headers }) => headers.authorization === 'Bearer tok-7f3a9c'));
  assert.match(stdout, /Load: +40 iterations by 4 users/);
  assert.match(stderr, /warning: --auth-token shows the token to everyone who can list/);
  assert.ok(![stdout, stderr].join('').includes('tok-7f3a9c'));
});

test('load-test: the guide’s environment variables and defaults, 1000 and 10', async () => {
  const server = await serve(withProbe(() => healthy));
  const { code, stdout, stderr } = await project.cli(['load-test'], {
    env: { BASE_URL: server.baseUrl, AUTH_TOKEN: 'a', ENDPOINT: '/e', ENABLE_OBSERVABILITY: '', P95: '5000' },
  });
  assert.equal(code, 0, stderr);
  assert.equal(server.received.filter(({ path }) => path === '/e').length, 1_000);
  assert.match(stdout, /Load: +1000 iterations by 10 users; think time 0 s/);
});

test('the guide’s three steps, as written', async () => {
  const folder = await mkdtemp(join(project.folder, 'guide-'));
  const { scripts } = JSON.parse(await readFile(join(project.folder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  assert.equal(scripts['load-test'], 'tsx cli/main.ts load-test');
  const command = `npm --prefix ${project.folder} run -s load-test --`;
  const script = `
    export ITERATIONS=60 CONCURRENCY=3
    export ENABLE_LANGFUSE_EXPORT=false
    export ENABLE_ASYNC_TRACE_EXPORT=false
    export TRACK_MODEL_COSTS=false
    export ENABLE_SIMILARITY_LOGGING=false
    ${command} --disable-observability > baseline-results.txt
    export ENABLE_LANGFUSE_EXPORT=true
    export ENABLE_ASYNC_TRACE_EXPORT=true
    export TRACK_MODEL_COSTS=true
    export ENABLE_SIMILARITY_LOGGING=true
    ${command} > observability-results.txt
    BASELINE_P95=$(grep "P95:" baseline-results.txt | awk '{print $2}')
    OBSERVABILITY_P95=$(grep "P95:" observability-results.txt | awk '{print $2}')
    echo "$BASELINE_P95 $OBSERVABILITY_P95"
    if command -v bc > /dev/null; then
      OVERHEAD=$(echo "$OBSERVABILITY_P95 - $BASELINE_P95" | bc)
      echo "Overhead: \${OVERHEAD}ms"
    fi`;
  const { code, stdout, stderr } = await start('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...env, K6_BIN: project.k6, P95: '5000' },
  });
  assert.equal(code, 0, stderr);
  const [numbers = '', overhead] = stdout.trim().split('\n');
  assert.match(numbers, /^\d+\.\d+ \d+\.\d+$/);
  const [baseline = NaN, observability = NaN] = numbers.split(' ').map(Number);
  const bc = await stat('/usr/bin/bc').catch(() => undefined);
  if (bc !== undefined) {
    const said = Number(/^Overhead: (-?\d*\.?\d+)ms$/.exec(overhead ?? '')?.[1]);
    assert.ok(Math.abs(said - (observability - baseline)) < 0.01, stdout);
  }
  assert.match(await readFile(join(folder, 'baseline-results.txt'), 'utf8'), /ENABLE_OBSERVABILITY=false/);
  // The target is as it was before.
  const answer = await fetch(`${target.baseUrl}/api/v1/observability/flags`, {
    headers: { Authorization: `Bearer ${target.token}` },
  });
  const { flags } = (await answer.json()) as { flags: Record<string, boolean> };
  assert.ok(Object.values(flags).every(Boolean));
});

test('a reader that goes away early does not end the run', async () => {
  const before = (await readdir(join(project.folder, 'reports'))).length;
  const line = `"${process.execPath}" --import "${import.meta.resolve('tsx')}" cli/main.ts run smoke 2>/dev/null | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout } = await start('bash', ['-c', line], {
    cwd: project.folder,
    env: { ...env, K6_BIN: project.k6 },
  });
  const [head, code] = stdout.trim().split('\n');
  assert.match(head ?? '', /^k6-overhead {2}smoke/);
  assert.equal(code, '0');
  assert.equal((await readdir(join(project.folder, 'reports'))).length, before + 2);
});

test('a build that fails says why; an up-to-date dist/ that cannot be written is used', async (t) => {
  const copy = await copyProject();
  const dist = join(copy.folder, 'dist');
  const file = join(copy.folder, 'scenarios/light.ts');
  const right = await readFile(file, 'utf8');
  await writeFile(file, 'import "./nowhere.ts";');
  const wrong = await copy.cli(['run', 'smoke'], { env });
  assertEnding('build-fails', { code: wrong.code, output: wrong.stderr });
  assert.match(wrong.stderr, /^k6-overhead: dist\/ could not be built: scenarios\/light\.ts:1: /m);
  await writeFile(file, right);
  await rm(join(dist, 'smoke.js'));
  assert.equal((await copy.cli(['run', 'smoke'], { env })).code, 0, 'what is not there is built');
  // Another user's git names no commit: the bundles differ, their sources do not.
  const built = join(dist, 'light.js');
  await writeFile(built, `${await readFile(built, 'utf8')}\n`);
  const bind = (...options: string[]) => start('mount', [...options, dist]);
  if ((await bind('--bind', dist)).code !== 0) {
    t.skip('this user may not mount');
    return;
  }
  try {
    assert.equal((await bind('-o', 'remount,bind,ro')).code, 0);
    const used = await copy.cli(['run', 'smoke'], { env });
    assert.equal(used.code, 0, used.stderr);
    await writeFile(file, `${right}\n// edited`);
    const stale = await copy.cli(['run', 'smoke'], { env });
    assertEnding('dist-not-written', { code: stale.code, output: stale.stderr });
  } finally {
    await start('umount', [dist]);
  }
});
