// Runs k6 at a constant rate and reads its one line of results.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Target } from '../../../target/testing/start.ts';

export interface Load {
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly workflow: string;
  readonly message: string;
}

export interface LoadResult {
  readonly rate: number;
  readonly failed: number;
  readonly dropped: number;
  readonly meanMs: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

const k6 = [
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL('../../../cli/main.ts', import.meta.url)),
  'k6',
];

/** Runs the suite's own k6 as a program. */
export async function measure(target: Target, load: Load): Promise<LoadResult> {
  const script = fileURLToPath(new URL('load.k6.js', import.meta.url));
  const variables = {
    BASE_URL: target.baseUrl,
    AUTH_TOKEN: target.token,
    RATE: load.rate,
    DURATION: `${load.seconds}s`,
    WORKFLOW: load.workflow,
    MESSAGE: load.message,
  };
  const options = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const quiet = ['run', '--quiet', '--no-usage-report', '--log-output', 'none'];
  const { stdout } = await promisify(execFile)(process.execPath, [...k6, ...quiet, ...options, script]);
  return JSON.parse(stdout) as LoadResult;
}
