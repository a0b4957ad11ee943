/** A result that someone names. */
import type { ResultFile } from '../../lib/result/parts.ts';
import { parseRunResult, type RunResult } from '../../lib/result/run-result.ts';
import { CliError, messageOf } from '../errors.ts';
import { readText } from '../read-text.ts';

/**
 * Reads a result.
 * @param exitCode what the command ends with where the file is none
 * @throws CliError one line: what is wrong with the file
 */
export async function readResult(file: string, exitCode?: number): Promise<RunResult> {
  const text = await readText(file).catch((error: unknown) => {
    throw new CliError(`${file}: cannot be read: ${messageOf(error)}`);
  });
  try {
    return parseRunResult(text, file);
  } catch (error) {
    throw new CliError(messageOf(error), exitCode);
  }
}

/** Several, each with its file. @throws CliError as for one */
export function readResults(files: readonly string[], exitCode?: number): Promise<ResultFile[]> {
  return Promise.all(files.map(async (file) => ({ file, result: await readResult(file, exitCode) })));
}
