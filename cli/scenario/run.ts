import { constants } from 'node:os';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { addSeries } from '../dashboard/add-series.ts';
import { timelineCollector } from '../dashboard/collect.ts';
import { holdSignals } from '../process/signals.ts';
import { watchUsage, type UsageSummary } from '../process/watch.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { buildFor } from './bundles.ts';
import { addGenerator } from './generator.ts';
import { runBundle } from './handed-over.ts';
import { printReport, saveReport } from './report.ts';
import type { Variables } from './variables.ts';
import { tell } from '../say.ts';

/** A result, and where it lies: `path` is null where it could not be saved. `ok: false`: there is none. */
type FoundResult = { ok: true; result: RunResult; path: string | null } | { ok: false };

export interface ScenarioRun {
  /** What the command ends with: k6's own exit code; where k6 passed, 1 if its result is missing or broken and 110 if it judged nothing. */
  code: number;
  found: FoundResult;
}

const { SIGINT, SIGTERM, SIGKILL } = constants.signals;
const KILLED = 128 + SIGKILL;

/** Runs with a wrong setting get no further than k6's init; all others leave a report. */
const REPORTED: ReadonlySet<number> = new Set(
  Object.values(EXIT_CODES).filter((code) => code !== EXIT_CODES['wrong setting']),
);

/**
 * Builds the bundles, runs one scenario by `k6 run`, adds to its result what only this process sees, saves and prints it.
 *
 * k6 shows in a terminal what it always does; into a file or a pipe goes the report alone, the rest to standard error.
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
  // A dashboard that someone watches is theirs.
  const series = given.K6_WEB_DASHBOARD === undefined ? await timelineCollector() : null;
  let stop: (() => Promise<UsageSummary>) | undefined;
  let release: (() => void) | undefined;
  const { code: endedWith, handedOver } = await runBundle(scenario, [], {
    env: { ...env, ...series?.env, ...variables },
    stdio: ['inherit', process.stdout.isTTY ? 'inherit' : 2 /* standard error */, 'inherit'],
    onStart: ({ pid }) => {
      // From here on there is something to save.
      release = holdSignals();
      series?.start();
      if (pid !== undefined) stop = watchUsage(pid);
    },
  });
  // k6 passes over its own code where a second Ctrl+C meets it while it writes its summary.
  const isInterrupted = endedWith === 128 + SIGINT || endedWith === 128 + SIGTERM;
  const code = isInterrupted ? EXIT_CODES.interrupted : endedWith;
  const usage = (await stop?.()) ?? { samples: 0 };
  const seen = series?.end();
  if (!handedOver.ok) {
    if (REPORTED.has(code) || code === KILLED) tell(handedOver.problem);
    return { code: code === 0 ? 1 : code, found: { ok: false } };
  }
  const written = handedOver.report.result;
  const result = addGenerator(seen === undefined ? written : addSeries(written, seen), usage);
  const report = { ...handedOver.report, result };
  const path = await saveReport(given.REPORT_DIR, report);
  printReport(report, path);
  release?.();
  // A part of a load is judged when all parts are merged; all else by k6, or not at all.
  const isJudged = result.outcome.status !== 'not gated' || result.run.part !== null;
  return {
    code: code === 0 && !isJudged ? EXIT_CODES.inconclusive : code,
    found: { ok: true, result, path },
  };
}
