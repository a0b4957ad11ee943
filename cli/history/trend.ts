/** Draws the history of results, and fails on a worsening that is new. */
import { relative } from 'node:path';
import type { By } from '../../lib/history/entry.ts';
import { trendOf } from '../../lib/history/trend.ts';
import { htmlPage } from '../../lib/report/html-report.ts';
import { markdownOf } from '../../lib/report/markdown.ts';
import { trendDocuments, trendText } from '../../lib/report/trend-document.ts';
import { trend as profile } from '../../thresholds/trend.ts';
import { pageAssets } from '../report/assets.ts';
import { saveFile } from '../save-file.ts';
import { historyWithAccepted } from './baselines.ts';
import { mustBeThere } from './folder.ts';
import { say } from '../say.ts';

export interface TrendOptions {
  dir: string;
  by: By;
  /** Pass a history that is too short to show a change. */
  allowShort?: boolean;
  html?: string;
  markdown?: string;
}

/**
 * Prints the trend, and writes it as HTML and Markdown where asked.
 * @returns the exit code: 99 where a worsening is new, 110 where nothing can be judged yet
 * @throws CliError where the folder cannot be read, or a file not be written
 */
export async function showTrend({
  dir,
  by,
  allowShort = false,
  html,
  markdown,
}: TrendOptions): Promise<number> {
  await mustBeThere(dir);
  const { entries, accepted } = await historyWithAccepted(dir);
  const trend = trendOf(entries, { by, profile, accepted, allowShort });
  process.stdout.write(trendText(trend, profile.leastRuns));
  const documents = trendDocuments(trend, profile.leastRuns);
  if (html !== undefined) await save('HTML', html, htmlPage(documents, await pageAssets()));
  if (markdown !== undefined) await save('Markdown', markdown, markdownOf(documents));
  return trend.exitCode;
}

async function save(what: string, file: string, text: string): Promise<void> {
  await saveFile(file, text);
  say(`${what}: ${relative(process.cwd(), file)}`);
}
