/** One overhead experiment, with a look at the generator that ran it. */
import { availableParallelism } from 'node:os';
import type { OverheadResult } from '../../lib/result/run-result.ts';
import { jsonOf } from '../../lib/format/json.ts';
import { CliError } from '../errors.ts';
import { runLoad } from '../overhead/load-run.ts';
import { saveReport } from '../scenario/report.ts';
import { progress } from '../say.ts';
import { watchUsage, type UsageSummary } from '../process/watch.ts';

/** An experiment that came to a result. */
export interface Measured {
  /** k6's exit code. */
  code: number;
  overhead: OverheadResult;
  usage: UsageSummary;
}

const WATCH_MS = 500;

/**
 * Runs dist/overhead.js; its progress goes to standard error.
 * @throws CliError with k6's exit code (1 where that is 0) if there is no result
 */
export async function runExperiment(k6: string, variables: NodeJS.ProcessEnv): Promise<Measured> {
  let stop: (() => Promise<UsageSummary>) | undefined;
  const { code, handedOver, lastLine } = await runLoad('overhead', variables, {
    k6,
    onStart: ({ pid }) => {
      if (pid !== undefined) stop = watchUsage(pid, WATCH_MS);
    },
    onLine: (line) => {
      progress(messageIn(line));
    },
  });
  const usage = (await stop?.()) ?? { samples: 0 };
  if (!handedOver.ok) {
    const reason = lastLine === '' ? handedOver.problem : `k6: ${messageIn(lastLine)}`;
    throw new CliError(reason, code === 0 ? 1 : code);
  }
  const { report } = handedOver;
  await saveReport(variables.REPORT_DIR ?? process.env.REPORT_DIR, report);
  const { overhead } = report.result;
  if (overhead === null) throw new CliError('the experiment has measured no overhead');
  return { code, overhead, usage };
}

/** What the generator itself took: how late its requests started, and its share of the machine. */
export function generatorLines({ overhead, usage }: Measured): string[] {
  const lateness = overhead.guards.find(({ name }) => name === 'start lateness');
  return [
    lateness?.message ?? 'start lateness was not measured',
    usage.meanCpus === undefined
      ? "k6's CPU cannot be read on this system"
      : `k6 kept ${usage.meanCpus.toFixed(2)} of ${availableParallelism()} processors busy, ${(usage.peakCpus ?? usage.meanCpus).toFixed(2)} at most; ` +
        `${((usage.peakResidentBytes ?? 0) / 1e6).toFixed(0)} MB of memory`,
  ];
}

/** The message of a line of k6's log, other lines as they are. */
function messageIn(line: string): string {
  const quoted = /\bmsg=("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  const message = quoted === undefined ? undefined : jsonOf(quoted);
  return typeof message === 'string' ? message : line;
}
