/** A Prometheus of one's own, for as long as something uses it. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CliError, messageOf } from '../../cli/errors.ts';
import { freePort } from '../../cli/process/free-port.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

export interface Prometheus {
  baseUrl: string;
  /** Where k6's remote write goes. */
  writeUrl: string;
  /** The `data` of an answer of its API. */
  get: (path: string, parameters?: Readonly<Record<string, string>>) => Promise<unknown>;
}

/** A Prometheus that does not answer by then does not start. */
const START_MS: Milliseconds = 30_000;

/** Whether there is one on PATH. */
export async function hasPrometheus(): Promise<boolean> {
  return promisify(execFile)('prometheus', ['--version']).then(
    () => true,
    () => false,
  );
}

/**
 * Starts Prometheus on a free port of this machine, with data of its own in a temporary folder, and ends it when `use`
 * has ended, whatever way.
 * @param rules its rule file, as text
 * @throws CliError where there is none, or it does not start
 */
export async function withPrometheus<T>(
  rules: string,
  use: (prometheus: Prometheus) => Promise<T>,
): Promise<T> {
  if (!(await hasPrometheus())) {
    throw new CliError(
      'there is no prometheus on PATH: install it (Debian: apt-get install prometheus; others: https://prometheus.io/download/) and try again',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-prometheus-'));
  await writeFile(join(folder, 'rules.yml'), rules);
  await writeFile(join(folder, 'prometheus.yml'), 'rule_files: [rules.yml]\n');
  await mkdir(join(folder, 'data'));
  const port = await freePort();
  const child = spawnWatched(folder, port);
  const ended = once(child, 'close');
  try {
    const prometheus = client(`http://127.0.0.1:${port}`);
    await ready(prometheus.baseUrl, child);
    return await use(prometheus);
  } finally {
    child.stdin?.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The shell ends it when standard input closes: that happens even where this process is killed. A process group of its
 * own keeps Ctrl+C from it, so that it is there until the end.
 */
function spawnWatched(folder: string, port: number): ChildProcess {
  const options = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-remote-write-receiver',
    '--log.level=error',
  ];
  // A job in the background gets no standard input of its shell, so it is handed over as 3.
  const script = [
    'exec 3<&0',
    'prometheus "$@" 3<&- & server=$!',
    '{ cat <&3 >/dev/null; kill "$server"; } 2>/dev/null &',
    'wait "$server"',
  ].join('\n');
  return spawn('/bin/sh', ['-c', script, 'prometheus', ...options], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
}

async function ready(baseUrl: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until && child.exitCode === null) {
    const answered = await fetch(`${baseUrl}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    await wait(100);
  }
  throw new CliError('prometheus did not start; it says above why');
}

function client(baseUrl: string): Prometheus {
  return {
    baseUrl,
    writeUrl: `${baseUrl}/api/v1/write`,
    get: async (path, parameters = {}) => {
      const body = new URLSearchParams(parameters);
      const address = `${baseUrl}/api/v1/${path}?${body.toString()}`;
      const answer = (await fetch(address).then((response) => response.json())) as {
        status: string;
        data?: unknown;
        error?: string;
      };
      if (answer.status !== 'success') throw new CliError(`prometheus: ${path}: ${messageOf(answer.error)}`);
      return answer.data;
    },
  };
}

/** thresholds/alerts.ts of a copy: alerts at once, and nightly runs that are asked for. */
export const alertsFile = `
import type { AlertProfile } from './types.ts';
export const alerts: AlertProfile = {
  evaluationInterval: '15s',
  window: '1h',
  for: '1m',
  queueGrowthPerMinute: 600,
  nightly: [{ environment: 'local', test: 'heavy' }, { environment: 'staging', test: 'overhead' }],
  missingAfter: '50h',
};`;
