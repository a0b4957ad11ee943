/** Reports from results: reads the JSON, writes what was asked for, and says where it is. */
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { htmlReport } from '../../lib/report/html-report.ts';
import { jUnitReport } from '../../lib/report/junit.ts';
import { markdownReport } from '../../lib/report/markdown.ts';
import { parseRunResult, type RunResult } from '../../lib/result/run-result.ts';
import { CliError, messageOf } from '../errors.ts';
import { pageAssets } from './assets.ts';

export interface ReportFiles {
  html?: string;
  markdown?: string;
  junit?: string;
}

/** GitHub refuses the summary of a step above this many bytes. */
const STEP_SUMMARY_BYTES = 2 ** 20;

/**
 * Writes reports of results, in the order given; an HTML file beside the first where nothing else is asked for.
 * @param stepSummary the file of GITHUB_STEP_SUMMARY, to which Markdown is appended as far as there is room
 * @throws CliError where a file cannot be read, is no result, or cannot be written
 */
export async function writeReports(
  files: readonly string[],
  asked: ReportFiles,
  stepSummary: string | undefined,
): Promise<string[]> {
  const results = await Promise.all(files.map(readResult));
  const given = asked.html ?? asked.markdown ?? asked.junit;
  const htmlFile = given === undefined ? defaultName(files[0] ?? '') : asked.html;
  const lines: string[] = [];
  const write = async (what: string, file: string | undefined, text: () => string | Promise<string>) => {
    if (file === undefined) return;
    await save(file, await text());
    lines.push(`${what}: ${relative(process.cwd(), file)}`);
  };
  await write('HTML', htmlFile, async () => htmlReport(results, await pageAssets()));
  await write('Markdown', asked.markdown, () => markdownReport(results));
  await write('JUnit', asked.junit, () => jUnitReport(results));
  if (stepSummary !== undefined && stepSummary !== '') {
    await appendSummary(stepSummary, results);
    lines.push('Markdown: the summary of this step');
  }
  return lines;
}

/** `reports/heavy.json` gives `reports/heavy.html`. */
function defaultName(file: string): string {
  return `${file.replace(/\.json$/, '')}.html`;
}

async function readResult(file: string): Promise<RunResult> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`${file}: cannot be read: ${messageOf(error)}`);
  });
  try {
    return parseRunResult(text, file);
  } catch (error) {
    throw new CliError(messageOf(error));
  }
}

async function save(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new CliError(`${file}: cannot be written: ${messageOf(error)}`);
  }
}

async function appendSummary(file: string, results: readonly RunResult[]): Promise<void> {
  const used = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  try {
    await appendFile(file, markdownReport(results, STEP_SUMMARY_BYTES - used));
  } catch (error) {
    throw new CliError(`GITHUB_STEP_SUMMARY ${file}: cannot be written: ${messageOf(error)}`);
  }
}
