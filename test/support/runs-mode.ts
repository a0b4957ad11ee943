/** `overhead --mode runs` in a copy of the project, and a server that real commands restart with other flags. */
import { execSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { parseRunResult, type RunResult } from '../../lib/result/run-result.ts';
import { copyProject, type Ended, type RunOptions } from './project.ts';
import { freePort } from '../../cli/process/free-port.ts';

/** 200 requests by 10 users in a run, less than a second; an API that names its one flag in each answer. */
export const address = `http://127.0.0.1:${await freePort()}`;
const port = new URL(address).port;
const local = `
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: '${address}',
  auth: { type: 'none' },
  overhead: { leastSeconds: 0.2 },
  switching: { by: 'header', proof: [{ by: 'echo', header: 'X-Observability-Flags' }] },
  scenarios: { medium: { load: { iterations: { total: 200, users: 10, maxDuration: '1m' } } } },
};`;
const staging = local
  .replace('local:', 'staging:')
  .replace('leastSeconds: 0.2', 'leastSeconds: 0.2, limits: { cpuMsPerRequest: 2 }');
export const project = await copyProject({ 'thresholds/local.ts': local, 'thresholds/staging.ts': staging });

const servers = await mkdtemp(join(tmpdir(), 'k6-overhead-servers-'));
const pidFile = join(servers, 'server.pid');
export const restart = (state: 'on' | 'off', delay: number, errors = '') =>
  `'${process.execPath}' '${join(import.meta.dirname, 'restart.mjs')}' '${pidFile}' ${port} ${state} ${delay} ${errors}`;
after(async () => {
  await stopServer();
  await rm(servers, { recursive: true, force: true });
});

/** Not by a pipe: the server keeps it open. */
export function run(command: string): void {
  execSync(command, { stdio: 'ignore' });
}

export async function stopServer(): Promise<void> {
  const pid = await readFile(pidFile, 'utf8').catch(() => undefined);
  try {
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

export interface Session extends Ended {
  /** The series' own result; null where it wrote none. */
  result: RunResult | null;
  report: string;
  folder: string;
}

/** A session of mode runs, and what it wrote. */
export async function measure(
  args: readonly string[],
  { env = {}, ...options }: RunOptions = {},
): Promise<Session> {
  const folder = await mkdtemp(join(project.folder, 'reports', 'runs-'));
  const ended = await project.cli(
    ['overhead', '--mode', 'runs', '--scenario', 'medium', '--ready-timeout', '10', ...args],
    { ...options, env: { REPORT_DIR: folder, SEED: '7', ...env } },
  );
  const name = (await readdir(folder)).find((file) => /^overhead-local-.*json$/.test(file));
  if (name === undefined) return { ...ended, folder, result: null, report: '' };
  const path = join(folder, name);
  return {
    ...ended,
    folder,
    result: parseRunResult(await readFile(path, 'utf8'), name),
    report: await readFile(path.replace(/json$/, 'txt'), 'utf8'),
  };
}

export function commands(onDelay: number, errors = ''): string[] {
  return ['--off-command', restart('off', 0), '--on-command', restart('on', onDelay, errors)];
}

/** What is wrong with the target's flags after a session; null where observability is on, or off, as said. */
export async function observability(): Promise<boolean | null> {
  const answer = await fetch(`${address}/`).catch(() => null);
  const echo = answer?.headers.get('X-Observability-Flags');
  return echo === null || echo === undefined ? null : echo.startsWith('ENABLE_OBSERVABILITY=true');
}
