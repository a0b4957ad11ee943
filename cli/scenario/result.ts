/** The result that a run has written. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRunResult, type RunResult } from '../../lib/result/run-result.ts';
import { CliError, messageOf } from '../errors.ts';

/** A result, and where it lies; or why there is none. */
export type FoundResult =
  | { ok: true; result: RunResult; path: string }
  /** One line. */
  | { ok: false; problem: string };

/** Which file is a run's own. */
export interface Search {
  folder: string;
  scenario: string;
  /** The seed that the run was given: it tells two runs apart that write to one folder at the same time. */
  seed: number;
  /** Names that were there before the run. */
  before: ReadonlySet<string>;
}

/** The names of the results in a folder; none where there is no such folder. */
export async function resultNames(folder: string, scenario: string): Promise<Set<string>> {
  const names = await readdir(folder).catch(() => []);
  return new Set(names.filter((name) => name.startsWith(`${scenario}-`) && name.endsWith('.json')));
}

/** Finds the one result that a run has added to a folder. */
export async function findResult({ folder, scenario, seed, before }: Search): Promise<FoundResult> {
  const names = [...(await resultNames(folder, scenario))].filter((name) => !before.has(name)).sort();
  const problems: string[] = [];
  for (const name of names.reverse()) {
    const path = join(folder, name);
    try {
      const result = parseRunResult(await readFile(path, 'utf8'), path);
      if (result.configuration.seed === seed) return { ok: true, result, path };
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return {
    ok: false,
    problem: problems[0] ?? `the run has left no result in ${folder}: is the folder there, and writable?`,
  };
}

/**
 * A result that someone names.
 * @throws CliError one line: what is wrong with the file
 */
export async function readResult(file: string): Promise<RunResult> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`${file}: cannot be read: ${messageOf(error)}`);
  });
  try {
    return parseRunResult(text, file);
  } catch (error) {
    throw new CliError(messageOf(error));
  }
}
