/** Merges results from files. */
import { join } from 'node:path';
import { recommend } from '../../lib/advice/experiment-rules.ts';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { mergeParts } from '../../lib/result/merge.ts';
import { PartError } from '../../lib/result/parts.ts';
import { reportName } from '../../lib/result/report-name.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { asCliError } from '../errors.ts';
import { reportFolder } from '../scenario/project.ts';
import { filesLine, reportOf, writeReport } from '../scenario/report.ts';
import { readResults } from '../scenario/result.ts';
import { say } from '../say.ts';

/**
 * Merges the parts of one run, prints the report of the whole, writes its JSON and text, and gives the exit code of its
 * gates: 0 or 99.
 * @param out the JSON's file; the text goes beside it
 * @throws CliError where a part is missing, broken, cut short or of another run: exit code 108, nothing is written
 */
export async function mergeFiles(files: readonly string[], out: string | undefined): Promise<number> {
  const parts = await readResults(files, EXIT_CODES.invalid);
  const merged = asCliError(PartError, () => mergeParts(parts), EXIT_CODES.invalid);
  const report = reportOf({ ...merged, recommendations: recommend(merged) });
  const path = out ?? defaultName(merged);
  await writeReport(path, report);
  say(report.text, filesLine(path));
  return EXIT_CODES[merged.outcome.status];
}

function defaultName({ run }: RunResult): string {
  const endedAt = new Date(Date.parse(run.startedAt) + run.durationMs);
  return join(
    reportFolder(process.env.REPORT_DIR),
    `${reportName(run.scenario, run.environment, endedAt)}.json`,
  );
}
