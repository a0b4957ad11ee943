/** A copy of the project whose target commands restart with other settings, or two deployments that exchange theirs. */
import { execSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { copyProject, readReports, type RunOptions } from './project.ts';
import { freePort } from '../../cli/process/free-port.ts';

export const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-restarts-'));
export const [one, two] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];

/** Restarts a server with the settings of the environment. */
export const restart = (address: string, state = 'env', delay = 10) =>
  `'${process.execPath}' '${join(import.meta.dirname, 'restart.mjs')}' '${pidFile(address)}' ${new URL(address).port} ${state} ${delay}`;
const pidFile = (address: string) => join(folder, `${new URL(address).port}.pid`);

after(async () => {
  for (const address of [one, two]) await stop(address);
  await rm(folder, { recursive: true, force: true });
});

async function stop(address: string): Promise<void> {
  const pid = await readFile(pidFile(address), 'utf8').catch(() => undefined);
  try {
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Not by a pipe: the server keeps it open. */
export function run(command: string): void {
  execSync(command, { stdio: 'ignore' });
}

/** Whether observability is on at an address. */
export async function isOn(address: string): Promise<boolean> {
  const answer = await fetch(`${address}/`);
  return (answer.headers.get('X-Observability-Flags') ?? '').startsWith('ENABLE_OBSERVABILITY=true');
}

export async function untilUp(address: string): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${address} does not come up`);
}

const stats = '/api/v1/observability/queue-stats';
/** By effect, and by the restart: neither says what is in force. */
const silent = `
  { by: 'counter', path: '${stats}', readAt: 'exported' },
  { by: 'uptime', path: '${stats}', readAt: 'uptimeSeconds' },`;
const proof = `[{ by: 'echo', header: 'X-Observability-Flags' },${silent}]`;
const environment = (name: string, baseUrl: string, switching: string) => `
import type { Environment } from './types.ts';
export const ${name}: Environment = {
  baseUrl: '${baseUrl}',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching: ${switching},
  overhead: { perSecond: 250, seconds: 0.82, settleSeconds: 0.3, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5, budgetMs: 60, drainSeconds: 0 },
  scenarios: { medium: { load: { shape: 'iterations', iterations: { total: 50, users: 5, maxDuration: '1m' } }, limits: { p95Ms: 5_000 } } },
};`;
const command = (line: string, rest = `proof: ${proof}`) =>
  `{ by: 'command', run: ${JSON.stringify(line)}, timeoutMs: 5_000, readyTimeoutMs: 8_000, ${rest} }`;
const swap = `if [ "$SETTINGS_CROSSED" = true ]; then ${restart(one, 'on')}; ${restart(two, 'off', 0)}; else ${restart(one, 'off', 0)}; ${restart(two, 'on')}; fi`;

export const project = await copyProject({
  'thresholds/staging.ts': environment('staging', one, command(restart(one))),
  'thresholds/ci.ts': environment('ci', one, command('eval "$DEPLOY"')),
  'thresholds/production.ts': environment(
    'production',
    one,
    command('eval "$DEPLOY"', `usual: 'all', proof: [${silent}]`),
  ),
  'thresholds/local.ts': environment(
    'local',
    one,
    `{ by: 'deployments', urls: { none: '${one}', all: '${two}' }, swap: { command: ${JSON.stringify(swap)}, timeoutMs: 8_000 }, proof: [{ by: 'echo', header: 'X-Observability-Flags' }] }`,
  ).replace('blocks: 5', 'blocks: 6'),
});

export const token = 'tok-5e1f0c';
export async function cli(args: readonly string[], { env = {}, ...options }: RunOptions = {}) {
  const reports = await mkdtemp(join(project.folder, 'reports', 'switching-'));
  const ended = await project.cli(args, {
    ...options,
    env: { REPORT_DIR: reports, SEED: '7', AUTH_TOKEN: token, ...env },
  });
  const written = await readReports(reports);
  return { ...ended, ...written, reports, output: `${ended.stdout}\n${ended.stderr}` };
}

export async function found(): Promise<void> {
  run(`ENABLE_OBSERVABILITY=true ${restart(one)}`);
  await untilUp(one);
}
