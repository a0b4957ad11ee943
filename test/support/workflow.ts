/** Runs the shell of a CI workflow's steps on this machine, in their order and under their conditions. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

type Values = Readonly<Record<string, string>>;

/** A step of GitHub Actions; those that use an action are not run. */
interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  with?: Values;
  run?: string;
  env?: Values;
}

export interface GitHubJob {
  env: Values;
  steps: Step[];
}

/** A job of a workflow, with the workflow's variables. */
export function gitHubJob(file: string, name: string): GitHubJob {
  const { env = {}, jobs } = parse(readFileSync(file, 'utf8')) as {
    env?: Values;
    jobs: Record<string, { env?: Values; steps: Step[] }>;
  };
  const job = jobs[name];
  if (job === undefined) throw new Error(`${file}: no job ${name}`);
  return { env: { ...env, ...job.env }, steps: job.steps };
}

export interface JobOptions {
  cwd: string;
  /** Beside the job's own; comes before it, as what a team edits. */
  env: Values;
  /** What GitHub would put for `${{ … }}`; another expression is an error. */
  expressions: Values;
  /** Conditions that hold, beside that no step has failed and that nobody has cancelled. */
  holds?: readonly string[];
  /** Steps that are done already. */
  done?: readonly string[];
  /** Called with the name of a step before it runs. */
  before?: (step: string) => void;
}

export interface JobEnd {
  /** Exit codes by the names of the steps that were run. */
  codes: Record<string, number>;
  output: Record<string, string>;
  summary: string;
  /** Ends what the steps have left in the background, as a runner does. */
  cleanUp: () => void;
}

/** Runs a job as a runner of GitHub does, which gives each step a bash of its own. */
export async function runGitHubJob(job: GitHubJob, options: JobOptions): Promise<JobEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'k6-overhead-workflow-'));
  const summaryFile = join(folder, 'summary');
  const envFile = join(folder, 'env');
  writeFileSync(summaryFile, '');
  writeFileSync(envFile, '');
  const codes: Record<string, number> = {};
  const output: Record<string, string> = {};
  const outcomes: Record<string, string> = {};
  const groups: number[] = [];
  let failed = false;
  for (const { name = '', id, if: condition, run, env = {} } of job.steps) {
    const isDone = options.done?.includes(name) === true;
    if (run === undefined || isDone || !isMet(condition, { failed, outcomes, options })) continue;
    options.before?.(name);
    const more = Object.fromEntries(
      readFileSync(envFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    const variables = resolve({ ...job.env, ...env }, options.expressions);
    const ended = await bash(run, options.cwd, {
      ...variables,
      ...options.env,
      ...more,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_ENV: envFile,
    });
    groups.push(ended.pid);
    codes[name] = ended.code;
    output[name] = ended.output;
    if (id !== undefined) outcomes[id] = ended.code === 0 ? 'success' : 'failure';
    failed ||= ended.code !== 0;
  }
  return {
    codes,
    output,
    summary: readFileSync(summaryFile, 'utf8'),
    cleanUp: () => {
      groups.forEach(endGroup);
    },
  };
}

function isMet(
  condition: string | undefined,
  { failed, outcomes, options }: { failed: boolean; outcomes: Values; options: JobOptions },
): boolean {
  if (condition === undefined) return !failed;
  const parts = condition.replace(/^\$\{\{|\}\}$/g, '').split('&&');
  const names = parts.map((part) => part.trim());
  // A condition without a status function means that no step has failed.
  if (!names.includes('!cancelled()') && failed) return false;
  return names.every((part) => {
    const [, id, outcome] = /^steps\.(\w+)\.outcome == '(\w+)'$/.exec(part) ?? [];
    if (id !== undefined) return outcomes[id] === outcome;
    return part === '!cancelled()' || options.holds?.includes(part) === true;
  });
}

function resolve(variables: Values, expressions: Values): Values {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      value.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
        const found = expressions[expression];
        if (found === undefined) throw new Error(`${name}: no value for ${expression}`);
        return found;
      }),
    ]),
  );
}

interface GitLabJob {
  extends?: string;
  variables?: Values;
  before_script?: string[];
  script?: string[];
  after_script?: string[];
}

/** A job of GitLab CI, with what it extends. */
export function gitLabJob(file: string, name: string): Required<Omit<GitLabJob, 'extends'>> {
  const jobs = parse(readFileSync(file, 'utf8')) as Record<string, GitLabJob>;
  const { extends: parent, ...own } = jobs[name] ?? {};
  const inherited = parent === undefined ? {} : (jobs[parent] ?? {});
  return {
    before_script: [],
    script: [],
    after_script: [],
    ...inherited,
    ...own,
    variables: { ...inherited.variables, ...own.variables },
  };
}

/** Lines of a job as a runner of GitLab runs them: in one bash, which ends with the first that fails. */
export function runGitLabLines(lines: readonly string[], cwd: string, variables: Values) {
  // Variables may name others.
  const filled = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      value.replace(/\$(\w+)/g, (_, other: string) => variables[other] ?? ''),
    ]),
  );
  return bash(lines.join('\n'), cwd, filled);
}

interface ShellEnd {
  code: number;
  output: string;
  /** Of the process group. */
  pid: number;
}

/** What a step puts into the background goes on after it, in the group of its shell. */
async function bash(script: string, cwd: string, env: Values): Promise<ShellEnd> {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PWD: cwd, CI: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Not `close`: that waits for what is in the background.
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code: code ?? -1, output, pid: child.pid ?? 0 };
}

export function endGroup(pid: number): void {
  try {
    if (pid > 0) process.kill(-pid, 'SIGTERM');
  } catch {
    // Nothing of it is left.
  }
}
