import { randomInt } from 'node:crypto';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { addSeries } from '../dashboard/add-series.ts';
import { timelineCollector } from '../dashboard/collect.ts';
import { runK6 } from '../k6/run.ts';
import { watchUsage, type UsageSummary } from '../process/watch.ts';
import { buildFor } from './bundles.ts';
import { addGenerator } from './generator.ts';
import { splitOutput } from './output.ts';
import { machineClass } from './machine-class.ts';
import { bundlePath, reportFolder } from './project.ts';
import { findResult, resultNames, type FoundResult } from './result.ts';
import type { Variables } from './variables.ts';

export interface ScenarioRun {
  /** What the command ends with: k6's own exit code; 1 where k6 passed and its result is missing or broken. */
  code: number;
  found: FoundResult;
}

/** Runs with a wrong setting get no further than k6's init; all others leave a report. */
const REPORTED: ReadonlySet<number> = new Set(
  Object.values(EXIT_CODES).filter((code) => code !== EXIT_CODES['wrong setting']),
);

/**
 * Builds the bundles, runs one scenario by `k6 run`, and reads its result.
 *
 * Variables reach k6 by its environment, never by `-e`, which every user of the machine could read. In a terminal
 * k6 shows what it always does; into a file or a pipe goes the report alone, the rest to standard error.
 *
 * @param variables set beside, and before, this process's environment
 * @param env taken away (`undefined`) or added beside `variables`; the demo uses it
 * @throws CliError where there is no k6, no bundle or no such scenario
 */
export async function runScenario(
  scenario: string,
  variables: Variables,
  env: NodeJS.ProcessEnv = {},
): Promise<ScenarioRun> {
  await buildFor(scenario);
  const given: NodeJS.ProcessEnv = { ...process.env, ...env, ...variables };
  const seed = seedOf(given);
  const folder = reportFolder(given.REPORT_DIR);
  const before = await resultNames(folder, scenario);
  const terminal = process.stdout.isTTY;
  // A dashboard that someone watches is theirs.
  const series = given.K6_WEB_DASHBOARD === undefined ? await timelineCollector() : null;
  let stop: (() => Promise<UsageSummary>) | undefined;
  const k6Code = await runK6(['run', bundlePath(scenario)], {
    // k6 resolves payload and token files by PWD, which a caller may have left behind.
    env: {
      ...env,
      ...series?.env,
      ...variables,
      MACHINE_CLASS: machineClass(given),
      SEED: String(seed),
      ...(terminal ? { COLUMNS: String(process.stdout.columns) } : {}),
      PWD: process.cwd(),
    },
    stdio: ['inherit', terminal ? 'inherit' : 'pipe', 'inherit'],
    onStart: ({ pid, stdout }) => {
      series?.start();
      if (pid !== undefined) stop = watchUsage(pid);
      if (stdout !== null) splitOutput(stdout, process.stdout, process.stderr);
    },
  });
  const usage = (await stop?.()) ?? { samples: 0 };
  const seen = series?.end();
  const written = await findResult({ folder, scenario, seed: Number(seed), before });
  if (written.ok && seen !== undefined) written.result = addSeries(written.result, seen);
  const found = await addGenerator(written, usage);
  if (!found.ok && REPORTED.has(k6Code)) process.stderr.write(`k6-overhead: ${found.problem}\n`);
  return { code: k6Code === 0 && !found.ok ? 1 : k6Code, found };
}

/** The seed that was given, as it is: k6 judges it. Else one of our own, by which the run's result is known again. */
function seedOf({ SEED }: NodeJS.ProcessEnv): number | string {
  return SEED === undefined || SEED.trim() === '' ? randomInt(2 ** 32) : SEED;
}
