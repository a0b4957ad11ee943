/** Reports from results: reads the JSON, writes what was asked for, and says where it is. */
import { appendFile, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { againstAccepted } from '../../lib/history/accepted.ts';
import { describe } from '../../lib/report/describe.ts';
import { describeAccepted } from '../../lib/report/describe-accepted.ts';
import type { Document } from '../../lib/report/document.ts';
import { htmlPage } from '../../lib/report/html-report.ts';
import { jUnitOf } from '../../lib/report/junit.ts';
import { markdownOf } from '../../lib/report/markdown.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { trend } from '../../thresholds/trend.ts';
import { CliError, messageOf } from '../errors.ts';
import { historyWithAccepted } from '../history/baselines.ts';
import { saveFile } from '../save-file.ts';
import { readResult } from '../scenario/result.ts';
import { pageAssets } from './assets.ts';

export interface ReportSettings {
  html?: string;
  markdown?: string;
  junit?: string;
  /** A folder of results: each report then says how its run differs from the accepted ones. */
  history?: string;
  /** URL of the HTML report, for the Markdown. */
  htmlLink?: string;
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
  asked: ReportSettings,
  stepSummary: string | undefined,
): Promise<string[]> {
  const results = await Promise.all(files.map((file) => readResult(file)));
  const documents = await documentsOf(results, asked.history);
  const htmlLink = asked.htmlLink === undefined ? undefined : addressOf(asked.htmlLink);
  const isAsked = (asked.html ?? asked.markdown ?? asked.junit) !== undefined;
  const htmlFile = isAsked ? asked.html : `${(files[0] ?? '').replace(/\.json$/, '')}.html`;
  const lines: string[] = [];
  const write = async (what: string, file: string | undefined, text: () => string | Promise<string>) => {
    if (file === undefined) return;
    await saveFile(file, await text());
    lines.push(`${what}: ${relative(process.cwd(), file)}`);
  };
  await write('HTML', htmlFile, async () => htmlPage(documents, await pageAssets()));
  await write('Markdown', asked.markdown, () => markdownOf(documents, { htmlLink }));
  await write('JUnit', asked.junit, () => jUnitOf(documents));
  if (stepSummary !== undefined && stepSummary !== '') {
    await appendSummary(stepSummary, documents, htmlLink);
    lines.push('Markdown: the summary of this step');
  }
  return lines;
}

/** What each report says; with a history also how its run differs from the accepted ones. */
async function documentsOf(results: readonly RunResult[], folder: string | undefined): Promise<Document[]> {
  if (folder === undefined) return results.map(describe);
  const { entries, accepted } = await historyWithAccepted(folder);
  return results.map((result) => {
    const document = describe(result);
    const section = describeAccepted(againstAccepted(result, entries, accepted, trend));
    return { ...document, sections: [section, ...document.sections] };
  });
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new CliError(`--html-link '${text}': an http:// or https:// address is needed`);
  }
  return url;
}

async function appendSummary(
  file: string,
  documents: readonly Document[],
  htmlLink: URL | undefined,
): Promise<void> {
  const used = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  try {
    await appendFile(file, markdownOf(documents, { mostBytes: STEP_SUMMARY_BYTES - used, htmlLink }));
  } catch (error) {
    throw new CliError(`GITHUB_STEP_SUMMARY ${file}: cannot be written: ${messageOf(error)}`);
  }
}
