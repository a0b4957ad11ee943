/** How `overhead --mode runs` ends where nothing hangs on how fast a target is: what k6 measures is in test/runs-mode.test.ts. */
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import type { RunsOptions } from '../cli/overhead/runs-settings.ts';
import { RESULT_FILE } from '../lib/result/result-file.ts';
import { k6Script, writeProgram } from './support/k6-archives.ts';
import { interruptAt } from './support/project.ts';
import {
  address,
  commands,
  measure,
  observability,
  project,
  restart,
  run,
  stopServer,
} from './support/runs-mode.ts';
import { loadResult } from './support/runs.ts';

const stand = await standIn();

/**
 * A program that stands in for k6, and hands over a result at once: of an arm whose requests failed by half where the
 * target fails them, else of a fast one without errors.
 */
async function standIn(): Promise<{ path: string; failing: string }> {
  const folder = await mkdtemp(join(project.folder, 'k6-'));
  const failing = join(folder, 'failing');
  const requests = { total: 1_000, successful: 500, errorRate: 0.5 };
  await writeFile(join(folder, 'fast.json'), JSON.stringify(loadResult(0)));
  await writeFile(
    join(folder, 'failing.json'),
    JSON.stringify(loadResult(0, { requests, outcome: { status: 'failed', reason: 'Error rate' } })),
  );
  const lines = [
    `if [ "$1" = version ]; then ${k6Script('2.2.0')}; exit; fi`,
    `name=fast; if [ -e '${failing}' ]; then name=failing; fi`,
    `cp "${folder}/$name.json" "$${RESULT_FILE}"`,
    `echo 'The report.' > "\${${RESULT_FILE}%.json}.txt"`,
  ];
  return { path: await writeProgram(join(folder, 'k6'), lines.join('\n')), failing };
}

test('a treatment with more errors: FAIL, 99, however fast it is', async () => {
  const arms = [
    ['--off-command', `rm -f '${stand.failing}'; ${restart('off', 0)}`],
    ['--on-command', `touch '${stand.failing}'; ${restart('on', 0)}`],
  ].flat();
  const { code, stderr, result } = await measure(arms, { env: { K6_BIN: stand.path } });
  assert.equal(code, 99, stderr);
  assert.match(result?.outcome.reason ?? '', /^50\.00 % of the requests of arm "treatment" failed/);
});

test('two deployments: INCONCLUSIVE, 110, and the report says what the difference includes', async () => {
  run(restart('off', 0));
  const other = address.replace('127.0.0.1', 'localhost');
  const { code, stderr, result } = await measure(['--off-url', address, '--on-url', other], {
    env: { TREATMENT: 'none', K6_BIN: stand.path },
  });
  assert.equal(code, 110, stderr);
  assert.match(result?.outcome.reason ?? '', /includes the difference between them/);
  assert.equal(result?.overhead?.flagsRestored, null);
});

const invalid: [what: string, args: string[], reason: RegExp][] = [
  [
    'a command that fails',
    [
      '--off-command',
      'echo first; echo no such service >&2; exit 3',
      '--on-command',
      'echo no such service; exit 3',
    ],
    /^--(on|off)-command failed with exit code 3: no such service$/,
  ],
  [
    'a command that does not end',
    ['--off-command', 'sleep 60', '--on-command', 'sleep 60', '--command-timeout', '0.3'],
    /^--(on|off)-command did not end within 0\.3 s and wrote nothing$/,
  ],
  [
    'flags that are not applied',
    ['--off-command', restart('on', 0), '--on-command', restart('off', 0), '--ready-timeout', '1'],
    /^the (baseline|treatment) is not ready with ENABLE_OBSERVABILITY=(true|false).*: after 1000 ms the target still says (true|false) for ENABLE_OBSERVABILITY$/,
  ],
  [
    'a target that does not come up',
    ['--off-command', 'true', '--on-command', 'true', '--ready-timeout', '1'],
    /after 1000 ms POST \/api\/v1\/workflows\/execute answered nothing \(connect ECONNREFUSED/,
  ],
];

test('what proves nothing is INVALID, 108, with one clear line', async (t) => {
  for (const [what, args, reason] of invalid) {
    await t.test(what, async () => {
      await stopServer();
      const { code, stderr, result } = await measure(args);
      assert.equal(code, 108, stderr);
      assert.match(result?.outcome.reason ?? '', reason);
      assert.equal(result?.overhead?.estimateMs, null);
    });
  }
});

test('Ctrl+C: what was measured is written, the flags found at the start are put back, exit 105', async () => {
  run(restart('on', 0));
  const { code, stderr, result } = await measure(commands(0), {
    onStart: interruptAt(/pair 2\/5 {2}(baseline|treatment)/),
  });
  assert.equal(code, 105, stderr);
  assert.equal(result?.outcome.status, 'interrupted');
  assert.equal(result.overhead?.measuredBlocks, 1);
  assert.equal(result.overhead.flagsRestored, true);
  assert.equal(await observability(), true);
});

/** As the command line reads options that were given, in the copy and with its environments. */
async function settingsOf(
  options: Partial<RunsOptions>,
  variables: Record<string, string>,
): Promise<{ code: number; line: string }> {
  const load = (name: string) =>
    import(pathToFileURL(join(project.folder, 'cli', name)).href) as Promise<unknown>;
  const { runsSettings } = (await load(
    'overhead/runs-settings.ts',
  )) as typeof import('../cli/overhead/runs-settings.ts');
  const { configured } = (await load(
    'overhead/configured.ts',
  )) as typeof import('../cli/overhead/configured.ts');
  const given = { pairs: '5', scenario: 'medium', commandTimeout: '600', readyTimeout: '10', ...options };
  try {
    configured(() => runsSettings(given, variables));
  } catch (error) {
    const { exitCode, message } = error as Error & { exitCode: number };
    return { code: exitCode, line: message };
  }
  return { code: 0, line: '' };
}

test('options that do not fit together and wrong settings are one line, before anything is run', async (t) => {
  const both = { onCommand: 'true', offCommand: 'true' };
  const lines: [options: Partial<RunsOptions>, env: Record<string, string>, code: number, line: RegExp][] = [
    [{ offCommand: 'true' }, {}, 2, /needs --on-command and --off-command, or --on-url and --off-url/],
    [{ ...both, pairs: '4' }, {}, 2, /--pairs: '4'; a whole number from 5/],
    [{ ...both, scenario: 'hevy' }, {}, 2, /unknown scenario 'hevy'; there are smoke, light/],
    [{ ...both, scenario: 'light' }, {}, 107, /scenario light: plans 100 requests.*; expected 200 or more/],
    [both, { TRACK_MODEL_COSTS: 'true' }, 107, /TRACK_MODEL_COSTS: is set/],
    [both, { BUDGET: 'much' }, 107, /BUDGET: 'much'; expected milliseconds from 0 on/],
    [
      both,
      { TEST_ENV: 'production', CONFIRM: 'production', AUTH_TOKEN: 't' },
      107,
      /thresholds\/production.ts switching.proof: names neither echo nor read/,
    ],
    [
      both,
      { TEST_ENV: 'staging' },
      107,
      /MODE: runs, and thresholds\/staging.ts overhead.limits limits .*, which whole runs do not tell by arm/,
    ],
  ];
  for (const [options, env, code, line] of lines) {
    await t.test(line.source, async () => {
      const ended = await settingsOf(options, env);
      assert.equal(ended.code, code, ended.line);
      assert.match(ended.line, line);
      assert.ok(!ended.line.includes('\n'), ended.line);
    });
  }
});

test('the command line says it in one line, and writes nothing', async () => {
  for (const [args, code, line] of [
    [['--off-command', 'true'], 2, /needs --on-command and --off-command/],
    [[...commands(0), '--scenario', 'light'], 107, /scenario light: plans 100 requests/],
  ] as const) {
    const ended = await measure(args);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, line);
    assert.equal(ended.stderr.trim().split('\n').length, 1);
    assert.equal(ended.result, null);
  }
});

test('the modes of the experiment in k6: its exit code and its line; options of whole runs are refused', async () => {
  // Toggle mode where nothing toggles: lib/config/overhead-config.test.ts.
  const cases: [args: string[], code: number, line: RegExp][] = [
    [['--pairs', '6'], 2, /^k6-overhead: --pairs is for --mode runs\n$/],
    [['--mode', 'rnus'], 2, /Allowed choices are toggle, header, runs/],
    [['--mode', 'header'], 107, /thresholds\/local.ts switching.header: missing in header mode/],
  ];
  for (const [args, code, line] of cases) {
    const ended = await project.cli(['overhead', ...args]);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, line);
  }
});
