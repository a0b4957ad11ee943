/** Merges results from files. */
import { join, relative } from 'node:path';
import { recommend } from '../../lib/advice/experiment-rules.ts';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { mergeParts } from '../../lib/result/merge.ts';
import { PartError, type ResultFile } from '../../lib/result/parts.ts';
import { textFileOf } from '../../lib/result/result-file.ts';
import { reportName } from '../../lib/result/report-name.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { describe } from '../../lib/report/describe.ts';
import { textOf } from '../../lib/report/text.ts';
import { CliError } from '../errors.ts';
import { saveFile } from '../save-file.ts';
import { reportFolder } from '../scenario/project.ts';
import { readResult } from '../scenario/result.ts';
import { say } from '../say.ts';

/**
 * Merges the parts of one run, prints the report of the whole, writes its JSON and text, and gives the exit code of its
 * gates: 0 or 99.
 * @param out the JSON's file; the text goes beside it
 * @throws CliError where a part is missing, broken, cut short or of another run: exit code 108, nothing is written
 */
export async function mergeFiles(files: readonly string[], out: string | undefined): Promise<number> {
  const merged = merge(
    await Promise.all(
      files.map(async (file) => ({ file, result: await readResult(file, EXIT_CODES.invalid) })),
    ),
  );
  const report = textOf(describe(merged));
  const json = out ?? defaultName(merged);
  const text = textFileOf(json);
  await saveFile(json, `${JSON.stringify(merged)}\n`);
  await saveFile(text, report);
  say(report, `Report: ${relative(process.cwd(), text)}, ${relative(process.cwd(), json)}`);
  return EXIT_CODES[merged.outcome.status];
}

function merge(files: readonly ResultFile[]): RunResult {
  try {
    const merged = mergeParts(files);
    return { ...merged, recommendations: recommend(merged) };
  } catch (error) {
    if (error instanceof PartError) throw new CliError(error.message, EXIT_CODES.invalid);
    throw error;
  }
}

function defaultName({ run }: RunResult): string {
  const endedAt = new Date(Date.parse(run.startedAt) + run.durationMs);
  return join(
    reportFolder(process.env.REPORT_DIR),
    `${reportName(run.scenario, run.environment, endedAt)}.json`,
  );
}
