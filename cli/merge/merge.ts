/** Merges results from files. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { recommend } from '../../lib/advice/rules.ts';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { mergeParts } from '../../lib/result/merge.ts';
import { PartError, type ResultFile } from '../../lib/result/parts.ts';
import { reportName } from '../../lib/result/report-name.ts';
import { parseRunResult, type RunResult } from '../../lib/result/run-result.ts';
import { textReport } from '../../lib/report/text.ts';
import { CliError, messageOf } from '../errors.ts';
import { reportFolder } from '../scenario/project.ts';

/**
 * Merges the parts of one run, prints the report of the whole, writes its JSON and text, and gives the exit code of its
 * gates: 0 or 99.
 * @param out the JSON's file; the text goes beside it
 * @throws CliError where a part is missing, broken, cut short or of another run: exit code 108, nothing is written
 */
export async function mergeFiles(files: readonly string[], out: string | undefined): Promise<number> {
  const merged = merge(await Promise.all(files.map(read)));
  const report = textReport(merged);
  const json = out ?? defaultName(merged);
  const text = json.replace(/\.json$/, '.txt');
  await save(json, `${JSON.stringify(merged)}\n`);
  await save(text, report);
  process.stdout.write(
    `${report}\nReport: ${relative(process.cwd(), text)}, ${relative(process.cwd(), json)}\n`,
  );
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

async function read(file: string): Promise<ResultFile> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`${file}: cannot be read: ${messageOf(error)}`);
  });
  try {
    return { file, result: parseRunResult(text, file) };
  } catch (error) {
    throw new CliError(messageOf(error), EXIT_CODES.invalid);
  }
}

function defaultName({ run }: RunResult): string {
  const endedAt = new Date(Date.parse(run.startedAt) + run.durationMs);
  return join(
    reportFolder(process.env.REPORT_DIR),
    `${reportName(run.scenario, run.environment, endedAt)}.json`,
  );
}

async function save(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new CliError(`${file}: cannot be written: ${messageOf(error)}`);
  }
}
