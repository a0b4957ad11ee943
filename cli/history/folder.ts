/** The folder of results: one file a run, added once, in whatever number at the same time. */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shortCommit, type HistoryEntry } from '../../lib/history/entry.ts';
import { forHistory } from '../../lib/history/stored.ts';
import { reportName } from '../../lib/result/report-name.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { CliError, codeOf, messageOf } from '../errors.ts';
import { readResult } from '../scenario/result.ts';

/** `000012-heavy-staging-20260301T120000000Z-0123456-1a2b3c4d5e6f.json`: place, run, commit, identity. */
const NAME = /^(\d{6})-.+-([0-9a-f]{12})\.json$/;

export interface History {
  entries: HistoryEntry[];
  /** One line for each file that is none of the history's results, or no longer readable. */
  problems: string[];
}

export interface Added {
  file: string;
  /** False where the run was there already. */
  isNew: boolean;
}

/**
 * Reads the folder; no folder is an empty history. A file that is no result of today's schema, is there twice or is not
 * the history's own is left out with one line.
 * @throws CliError where the folder cannot be read
 */
export async function readHistory(folder: string): Promise<History> {
  const names = (await namesIn(folder)).filter((name) => !isOwn(name)).sort();
  const history: History = { entries: [], problems: [] };
  const seen = new Map<string, string>();
  for (const name of names) {
    const added = NAME.exec(name)?.[1];
    if (added === undefined) {
      history.problems.push(
        `${join(folder, name)}: not a name of the history: add results by \`history add\``,
      );
      continue;
    }
    try {
      const result = await readResult(join(folder, name));
      const twin = seen.get(identityOf(result));
      if (twin === undefined) history.entries.push({ file: name, added: Number(added), result });
      else history.problems.push(`${join(folder, name)}: the same run as ${twin}`);
      seen.set(identityOf(result), twin ?? name);
    } catch (error) {
      history.problems.push(messageOf(error));
    }
  }
  return history;
}

/**
 * Adds a result, if its run is not there yet. It is linked into place as a whole, so that no reader sees half of it.
 * @throws CliError where the folder cannot be written
 */
export async function addResult(folder: string, result: RunResult): Promise<Added> {
  try {
    await mkdir(folder, { recursive: true });
    const identity = identityOf(result);
    const names = await namesIn(folder);
    const known = names.find((name) => NAME.exec(name)?.[2] === identity);
    if (known !== undefined) return { file: known, isNew: false };
    const place = Math.max(0, ...names.map((name) => Number(NAME.exec(name)?.[1] ?? 0))) + 1;
    const file = nameOf(result, place, identity);
    return { file, isNew: await linkNew(folder, file, `${JSON.stringify(forHistory(result))}\n`) };
  } catch (error) {
    throw error instanceof CliError
      ? error
      : new CliError(`${folder}: cannot be written: ${messageOf(error)}`);
  }
}

/** Writes a file that is there as a whole or not at all; false where it is there already. */
async function linkNew(folder: string, file: string, text: string): Promise<boolean> {
  const part = join(folder, `.${randomUUID()}.part`);
  try {
    await writeFile(part, text);
    await link(part, join(folder, file));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(part, { force: true });
  }
}

function nameOf(result: RunResult, place: number, identity: string): string {
  const { scenario, environment, startedAt } = result.run;
  const commit = (shortCommit(result) ?? 'none').replaceAll(/[^0-9A-Za-z]/g, '_');
  const run = reportName(scenario, environment, new Date(startedAt)).replaceAll(/[^0-9A-Za-z-]/g, '_');
  return `${String(place).padStart(6, '0')}-${run}-${commit}-${identity}.json`;
}

/** The same for the same run, whatever was added to its result later. */
function identityOf({ run, configuration, requests }: RunResult): string {
  const { scenario, environment, startedAt, durationMs } = run;
  const identity = [scenario, environment, startedAt, durationMs, configuration.seed, requests.total];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
}

/** @throws CliError where it is none: a name that was mistyped would pass as an empty history */
export async function mustBeThere(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new CliError(`${folder}: no such folder; \`npm run history -- add <result.json>\` makes one`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new CliError(`${folder}: cannot be read: ${messageOf(error)}`);
  }
}

/** The folder of baselines, what someone's tools keep there (`.gitkeep`), and parts of a file that is being written. */
function isOwn(name: string): boolean {
  return name === 'baselines' || name.startsWith('.');
}
