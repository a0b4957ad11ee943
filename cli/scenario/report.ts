/** A run's report: two files, and what standard output shows of them. */
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe } from '../../lib/report/describe.ts';
import { textOf } from '../../lib/report/text.ts';
import { terminalOf, terminalText } from '../../lib/report/terminal.ts';
import { reportName } from '../../lib/result/report-name.ts';
import { textFileOf } from '../../lib/result/result-file.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { messageOf } from '../errors.ts';
import { saveFile } from '../save-file.ts';
import { tell } from '../say.ts';
import { reportFolder } from './project.ts';

/** A result and its text report. */
export interface Report {
  result: RunResult;
  text: string;
}

/** The report of a result that k6 has not written itself. */
export function reportOf(result: RunResult): Report {
  return { result, text: textOf(describe(result)) };
}

/**
 * Saves a report in the folder of REPORT_DIR, which is made where there is none.
 * @returns the path of the JSON; null where one line on standard error says why it could not be written
 */
export async function saveReport(reportDir: string | undefined, report: Report): Promise<string | null> {
  const { scenario, environment, part } = report.result.run;
  const path = `${join(reportFolder(reportDir), reportName(scenario, environment, new Date(), part))}.json`;
  try {
    await writeReport(path, report);
    return path;
  } catch (error) {
    tell(messageOf(error));
    return null;
  }
}

/** Shows a report: on a terminal what has room there; into a file or a pipe, and where it lies in no file, all of it. */
export function printReport({ result, text }: Report, path: string | null): void {
  const { isTTY, columns } = process.stdout;
  const terminal = terminalOf(
    { state: { isStdOutTTY: isTTY } },
    { ...process.env, COLUMNS: String(columns) },
  );
  const isWhole = terminal === null || path === null || result.outcome.status === 'not run';
  const shown = isWhole ? text : `\n${terminalText(describe(result), terminal)}`;
  process.stdout.write(path === null ? shown : `${shown}\n${filesLine(path)}\n`);
}

/**
 * Puts a result in the place of the one that was saved, where it was, and adds to its text and to standard output.
 * @throws CliError where it cannot be written any more
 */
export async function amendReport(path: string | null, result: RunResult, added: string): Promise<void> {
  process.stdout.write(added);
  if (path === null) return;
  const text = await readFile(textFileOf(path), 'utf8');
  await writeReport(path, { result, text: `${text}${added}` });
}

/** Both files as one line of standard output names them. */
export function filesLine(path: string): string {
  return `Report: ${relative(process.cwd(), textFileOf(path))}, ${relative(process.cwd(), path)}`;
}

export async function writeReport(path: string, { result, text }: Report): Promise<void> {
  await saveFile(path, `${JSON.stringify(result)}\n`);
  await saveFile(textFileOf(path), text);
}
