/**
 * The reference target, k6 and a folder for reports, for a bench that knows the truth: it puts costs into requests, and
 * reads from the server's own log what the requests took there.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from '../../build.mjs';
import { provideK6 } from '../../cli/k6/provide.ts';
import { runK6 } from '../../cli/k6/run.ts';
import { parseRunResult, type RunResult } from '../../lib/result/run-result.ts';
import { Client } from '../../target/testing/client.ts';
import { startTarget } from '../../target/testing/start.ts';

export interface OnTarget {
  k6: string;
  /** A folder that goes away at the end. */
  folder: string;
  client: Client;
  /** Runs a bundle of the suite against the target, in the environment `local`, and gives the result that it wrote. */
  run: (scenario: string, env: NodeJS.ProcessEnv) => Promise<RunResult>;
}

/** Builds the bundles, starts the target, does the work, and ends what it started. */
export async function onTarget(work: (target: OnTarget) => Promise<void>): Promise<void> {
  await buildBundles();
  const { path: k6 } = await provideK6();
  const folder = await mkdtemp(join(tmpdir(), 'bench-on-target-'));
  const target = await startTarget({ quiet: true });
  const client = new Client(target);
  const run = async (scenario: string, env: NodeJS.ProcessEnv): Promise<RunResult> => {
    const reports = await mkdtemp(join(folder, 'reports-'));
    const { baseUrl: BASE_URL, token: AUTH_TOKEN } = target;
    await runK6(['run', '--quiet', `dist/${scenario}.js`], {
      k6,
      env: { TEST_ENV: 'local', PAYLOAD: 'test', BASE_URL, AUTH_TOKEN, REPORT_DIR: reports, ...env },
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const name = (await readdir(reports)).find((file) => file.endsWith('.json'));
    if (name === undefined) throw new Error(`${scenario} wrote no result`);
    return parseRunResult(await readFile(join(reports, name), 'utf8'), name);
  };
  try {
    await work({ k6, folder, client, run });
  } finally {
    await target.stop();
    await rm(folder, { recursive: true });
  }
}

/** An argument of a bench: a whole number from `least` on, `usual` where it is left out. */
export function countFrom(argument: string | undefined, what: string, least: number, usual: number): number {
  const count = Number(argument ?? usual);
  if (!Number.isInteger(count) || count < least)
    throw new Error(`${what}: '${argument ?? ''}'; ${least} or more`);
  return count;
}
