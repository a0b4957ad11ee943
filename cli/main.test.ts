import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandsOf } from '../test/support/commands.ts';
import { k6Script, temporaryFolder, writeProgram } from '../test/support/k6-archives.ts';

/** Runs the command line as a user does; `env` is added to this process's. */
function main(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'main.ts'), ...args],
    { encoding: 'utf8', env: { ...process.env, ...env } },
  );
  return { status, stdout, stderr };
}

const root = join(import.meta.dirname, '..');
const command = commandsOf(root);
/** The same in a process that has it loaded. */
const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  command({ args, cwd: root, env: { ...process.env, ...env } });

test('an unknown command or option is one line with a hint, and exit code 2', async () => {
  const cases: [string[], RegExp][] = [
    [['k7'], /^k6-overhead: unknown command 'k7' \(Did you mean k6\?\); "k6-overhead --help" lists .*\n$/],
    [['--fast'], /^k6-overhead: unknown option '--fast'; "k6-overhead --help" lists .*\n$/],
  ];
  for (const [args, line] of cases) {
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, line);
  }
});

test('help is help: 0 if asked for, 2 in place of a command', async () => {
  const asked = await run(['--help']);
  assert.equal(asked.code, 0);
  assert.match(asked.stdout, /Usage: k6-overhead <command>/);
  const missing = await run([]);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /Usage: k6-overhead <command>/);
});

test('k6 gets its arguments as they are, and its exit code is the command line’s', async (t) => {
  const folder = await temporaryFolder(t);
  const script = `if [ "$1" = version ]; then ${k6Script('2.2.0')}; exit; fi; printf '%s\\n' "$@"; exit 99`;
  const env = { K6_BIN: await writeProgram(join(folder, 'k6'), script) };
  const args = ['run', '--help', '-e', 'A=b c', '--', '--version', '--', 'k6', ''];
  const { status, stdout } = main(['k6', ...args], env);
  assert.equal(stdout, `${args.join('\n')}\n`);
  assert.equal(status, 99);
});

test('an error that a user can act on is one line without a stack', () => {
  const { status, stderr } = main(['k6', 'version'], { K6_BIN: join(tmpdir(), 'no-k6-here') });
  assert.equal(status, 1);
  assert.match(stderr, /^k6-overhead: K6_BIN=.*no-k6-here: there is no such file; .*\n$/);
});

test('an output that nobody reads to its end is no error, and changes no exit code', () => {
  const program = `'${process.execPath}' --import tsx '${join(import.meta.dirname, 'main.ts')}'`;
  // The reader is gone before the first line.
  const unread = (command: string) =>
    spawnSync('bash', ['-c', `{ sleep 0.2; ${command}; echo "$?" >&2; } | exec true`], { encoding: 'utf8' });
  for (const [command, code] of [
    [`${program} --help`, 0],
    [`${program} k7 2>&1`, 2],
  ] as const) {
    const { stdout, stderr } = unread(command);
    assert.equal(stdout, '');
    assert.equal(stderr, `${code}\n`, command);
  }
});
