/** A history with a true change: short runs on the reference target, in which a commit brings a delay. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { RunResult } from '../../lib/result/run-result.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { CliError } from '../errors.ts';
import { injectAlways } from '../calibrate/known-delay.ts';
import { addResult } from '../history/folder.ts';
import { provideK6 } from '../k6/provide.ts';
import { LOADED, runLoad } from '../overhead/load-run.ts';
import { buildFor } from '../scenario/bundles.ts';
import { reportFolder } from '../scenario/project.ts';
import { withTarget, type TargetAddress } from './target.ts';
import { untouched } from './untouched.ts';
import { say } from '../say.ts';

const RUNS = 12;
/** The first run with the delay. */
const SLOW_FROM = 6;
const DELAY_MS: Milliseconds = 150;
const SCENARIO = 'light';

/** A second or three each. More users would wait for each other, and the more the faster the target is. */
const LOAD = { ITERATIONS: '30', CONCURRENCY: '2', MONITOR: 'off', TEST_ENV: 'local' };

/**
 * Makes the runs and puts their results into a folder of its own, which is made anew.
 * @returns the exit code: 105 after Ctrl+C
 * @throws CliError where a run leaves no result
 */
export async function runHistoryDemo(): Promise<number> {
  await buildFor(SCENARIO);
  const { path: k6 } = await provideK6();
  const folder = join(reportFolder(process.env.REPORT_DIR), 'demo-history');
  await rm(folder, { recursive: true, force: true });
  say(
    `${RUNS} short runs on the reference target, each as if on a commit of its own; the commits are made up.`,
  );
  const code = await withTarget((target) => makeRuns(k6, target, folder));
  const shown = relative(process.cwd(), folder);
  if (code === 0)
    say('', `npm run trend -- --dir ${shown}`, `npm run trend -- --dir ${shown} --html ${shown}.html`);
  return code;
}

async function makeRuns(k6: string, target: TargetAddress, folder: string): Promise<number> {
  // The first requests of a program are slow; they are no change.
  await runOnce(k6, target, 'warm-up');
  for (let i = 0; i < RUNS; i += 1) {
    if (i === SLOW_FROM) {
      await injectAlways(target, DELAY_MS);
      say(`From here on the target waits ${DELAY_MS} ms more in each request:`);
    }
    const commit = createHash('sha1').update(`demo ${i}`).digest('hex');
    const { code, result } = await runOnce(k6, target, commit);
    // Crossed gates are expected: the delay is there.
    if (!LOADED.has(code)) return code;
    await addResult(folder, result);
    const p95 = result.latency.successful?.p95Ms.toFixed(1) ?? '–';
    say(`${String(i + 1).padStart(2)}  commit ${commit.slice(0, 7)}  P95 ${p95} ms`);
  }
  return 0;
}

async function runOnce(
  k6: string,
  { baseUrl, token }: TargetAddress,
  commit: string,
): Promise<{ code: number; result: RunResult }> {
  const variables = { ...untouched, ...LOAD, GITHUB_SHA: commit, BASE_URL: baseUrl, AUTH_TOKEN: token };
  const { code, handedOver, lastLine } = await runLoad(SCENARIO, variables, { k6 });
  if (!handedOver.ok)
    throw new CliError(lastLine === '' ? handedOver.problem : lastLine, code === 0 ? 1 : code);
  return { code, result: handedOver.report.result };
}
