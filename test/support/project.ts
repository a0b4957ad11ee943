/**
 * A copy of the project as a team has one, with thresholds of its own where a test needs them: built by the build, run by
 * real k6, with its own dist/ and reports/. Nothing in the suite knows that it is tested.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { provideK6 } from '../../cli/k6/provide.ts';
import { commandsOf, programEnv } from './commands.ts';
import { parseRunResult, type RunResult } from '../../lib/result/run-result.ts';

const root = join(import.meta.dirname, '../..');
const copied = [
  'build.mjs',
  'check-thresholds.mjs',
  'source-lines.mjs',
  'tsconfig.json',
  'tsconfig.thresholds.json',
  'package.json',
  'lib',
  'scenarios',
  'thresholds',
  'cli',
  'test/support',
];

/** Commands that start no k6, or hear all that it says. */
const LOAD_NOTHING = [
  'baseline',
  'compare',
  'doctor',
  'history',
  'manifests',
  'merge',
  'plan',
  'report',
  'restore',
  'trend',
];

export interface Ended {
  /** Exit code; 128 + n would be a shell's, so a signal is -1 here. */
  code: number;
  stdout: string;
  stderr: string;
  ms: number;
}

export interface K6Run extends Ended {
  /** The result that the run has written, checked against its schema; null where it wrote none. */
  result: RunResult | null;
  /** The text report that the run has written; empty where it wrote none. */
  report: string;
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  /** Options of `k6 run`, before the script. */
  args?: readonly string[];
  /** The project by default. */
  cwd?: string;
  /** Called once the program is there. */
  onStart?: (child: ChildProcess) => void;
}

export interface Project {
  folder: string;
  k6: string;
  /** `k6 run dist/<scenario>.js`, with reports in a folder of its own. */
  run: (scenario: string, options?: RunOptions) => Promise<K6Run>;
  /** The command line, as npm's scripts start it; what loads nothing, in a process that has it loaded. */
  cli: (args: readonly string[], options?: RunOptions) => Promise<Ended>;
}

/**
 * Copies and builds the project; the copy goes away after the test file.
 * @param files contents by path, which replace or add to the project's own
 */
export async function copyProject(files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const folder = await freeFolder();
  after(() => rm(folder, { recursive: true, force: true }));
  for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'reports'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await buildCopy(folder);
  const { path: k6 } = await provideK6();
  const commands = commandsOf(folder);
  return {
    folder,
    k6,
    run: (scenario, options) => runK6(folder, k6, scenario, options),
    cli: (args, { onStart, ...options } = {}) => {
      const { cwd, env } = { cwd: folder, ...options, env: { K6_BIN: k6, ...options.env } };
      if (LOAD_NOTHING.includes(args[0] ?? '') && onStart === undefined) return commands({ args, cwd, env });
      const program = ['--import', import.meta.resolve('tsx'), join(folder, 'cli/main.ts')];
      return start(process.execPath, [...program, ...args], { cwd, env, ...(onStart && { onStart }) });
    },
  };
}

/** The first that no other test has: tsx keeps what it has compiled by its path, and a file's next copy begins with it. */
async function freeFolder(): Promise<string> {
  for (let number = 1; ; number += 1) {
    const folder = join(await realpath(tmpdir()), `k6-overhead-project-${number}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/** As a program that gives way to others: beside a test that measures, a build would hold up what is measured. */
async function buildCopy(folder: string): Promise<void> {
  const program = join(import.meta.dirname, 'build-copy.mjs');
  const { code, stdout, stderr } = await start(process.execPath, [program, folder], {
    cwd: folder,
    onStart: ({ pid }) => {
      if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
    },
  });
  if (code !== 0) throw new Error(`the copy cannot be built: ${stdout}${stderr}`);
}

async function runK6(
  folder: string,
  k6: string,
  scenario: string,
  { args = [], cwd = folder, env = {}, ...options }: RunOptions = {},
): Promise<K6Run> {
  const reports = await mkdtemp(join(folder, 'reports', 'run-'));
  const bundle = join(folder, 'dist', `${scenario}.js`);
  const ended = await start(k6, ['run', ...args, bundle], {
    ...options,
    cwd,
    env: { REPORT_DIR: reports, ...env },
  });
  return { ...ended, ...(await readReports(reports)) };
}

/** For `onStart`: Ctrl+C once the program has printed what `line` matches. */
export function interruptAt(line: RegExp): (child: ChildProcess) => void {
  return (child) => {
    let seen = '';
    const read = (chunk: Buffer) => {
      seen += chunk.toString();
      if (!line.test(seen)) return;
      child.kill('SIGINT');
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', read);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', read);
  };
}

/** The one result, and the one text, in a folder of reports. */
export async function readReports(folder: string): Promise<Pick<K6Run, 'result' | 'report'>> {
  const names = await readdir(folder);
  const json = names.find((name) => name.endsWith('.json'));
  const text = names.find((name) => name.endsWith('.txt'));
  return {
    result: json === undefined ? null : resultOf(await readFile(join(folder, json), 'utf8'), json),
    report: text === undefined ? '' : await readFile(join(folder, text), 'utf8'),
  };
}

/** A result that fits the schema, of which docs/run-result.schema.json is made and which knows every field of it. */
function resultOf(text: string, file: string): RunResult {
  const result = parseRunResult(text, file);
  assert.deepEqual(JSON.parse(text), result);
  return result;
}

/** Runs a program to its end. */
export async function start(
  program: string,
  args: readonly string[],
  { env = {}, cwd = root, onStart }: RunOptions = {},
): Promise<Ended> {
  const begin = performance.now();
  const child = spawn(program, args, {
    cwd,
    env: programEnv(cwd, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = once(child, 'close') as Promise<[number | null]>;
  onStart?.(child);
  const [code] = await ended;
  return { ...output, code: code ?? -1, ms: performance.now() - begin };
}
