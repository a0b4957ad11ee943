/** One run of k6 as a process, measured from outside: the guide's own script, or this suite's scenario that is like it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PerSecond, Seconds, Stage } from '../../thresholds/types.ts';

/** `watched` is the suite with its monitor, which is on by default. */
export type Script = 'guide' | 'suite' | 'watched';

/** A load that both scripts can be given. */
export interface BenchLoad {
  stages: Stage[];
  /** Stages are of users (default), or of arrivals a second. */
  of?: 'users' | 'arrivals';
  thinkTimeSeconds: Seconds;
}

/** What a run cost and measured. */
export interface K6Figures {
  /** Processor time in user and kernel mode, to 10 ms. */
  cpuSeconds: Seconds;
  /** The largest resident set, in KiB. */
  peakKib: number;
  iterations: number;
  iterationsPerSecond: PerSecond;
  /** k6's http_req_duration. */
  p95Ms: number;
}

/** Users that an arrival rate may occupy at once. */
const USERS = 100;

const root = join(import.meta.dirname, '..', '..');
const ramp = join(root, 'dist/ramp.js');
const scripts = { guide: join(root, 'test/bench/guide-script.js'), suite: ramp, watched: ramp };

/** Runs a load with a script. A crossed threshold does not matter here. Rejects where k6 ends otherwise. */
export async function runK6(
  k6: string,
  script: Script,
  baseUrl: string,
  load: BenchLoad,
): Promise<K6Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const args = ['run', '--quiet', '--no-usage-report', '--summary-export', join(folder, 'summary.json')];
    const { options, env } = script === 'guide' ? await guideLoad(load, folder) : suiteLoad(load, script);
    const measured = await measure([k6, ...args, ...options, scripts[script]], {
      AUTH_TOKEN: 'bench',
      BASE_URL: baseUrl,
      THINK_TIME: String(load.thinkTimeSeconds),
      REPORT_DIR: folder,
      ...env,
    });
    return { ...measured, ...(await readSummary(join(folder, 'summary.json'))) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function guideLoad({ stages, of }: BenchLoad, folder: string) {
  if (of !== 'arrivals') {
    return {
      options: ['--stage', stages.map(({ duration, target }) => `${duration}:${target}`).join()],
      env: {},
    };
  }
  // k6 has no option for arrival rates; its configuration file does.
  const executor = 'ramping-arrival-rate';
  const users = { preAllocatedVUs: USERS, maxVUs: USERS };
  const scenario = { executor, startRate: 0, timeUnit: '1s', stages, ...users };
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify({ scenarios: { guide: scenario } }));
  return { options: ['--config', path], env: {} };
}

/** The same body as the guide's script; unless asked for, nobody watches the target beside the load. */
function suiteLoad({ stages, of }: BenchLoad, script: Script) {
  const steps = stages.map(({ duration, target }) => `${duration}:${target}`).join();
  const MONITOR = script === 'watched' ? 'on' : 'off';
  const env = { PAYLOAD: 'test', MONITOR, [of === 'arrivals' ? 'RATE' : 'STAGES']: steps };
  return { options: [], env };
}

/**
 * Runs a command under GNU time, because Node does not say what a child has used. It stands between Node and k6 also
 * because Linux lets a new program inherit the peak of the one that started it.
 */
function measure(
  command: readonly string[],
  env: Record<string, string>,
): Promise<Pick<K6Figures, 'cpuSeconds' | 'peakKib'>> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const args = ['-f', '%U %S %M', ...command];
    execFile('/usr/bin/time', args, { env: { PATH, HOME, ...env } }, (error, _stdout, stderr) => {
      const figures = /(\S+) (\S+) (\d+)\n$/.exec(stderr);
      const crossed = error?.code === 99;
      if (error?.code === 'ENOENT') reject(new Error('the bench needs GNU time: install the package "time"'));
      else if (error !== null && !crossed) reject(new Error(`k6 failed: ${stderr.trim()}`));
      else if (figures === null) reject(new Error(`GNU time printed no figures: ${stderr.trim()}`));
      else resolve({ cpuSeconds: Number(figures[1]) + Number(figures[2]), peakKib: Number(figures[3]) });
    });
  });
}

async function readSummary(path: string) {
  const { metrics } = JSON.parse(await readFile(path, 'utf8')) as {
    metrics: Record<string, Record<string, number> | undefined>;
  };
  const { iterations, http_req_duration: duration } = metrics;
  return {
    iterations: iterations?.count ?? NaN,
    iterationsPerSecond: iterations?.rate ?? NaN,
    p95Ms: duration?.['p(95)'] ?? NaN,
  };
}
