/** Writes the files that are made from `thresholds/`, or says which of them differ. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveFile } from '../save-file.ts';
import type { MadeFile } from './files.ts';

/**
 * @returns a line for each file
 * @throws CliError where one cannot be written
 */
export async function writeFiles(folder: string, files: readonly MadeFile[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { path, text } of files) {
    const file = join(folder, path);
    const changed = (await contentOf(file)) !== text;
    if (changed) await saveFile(file, text);
    lines.push(`${changed ? 'written  ' : 'unchanged'}  ${path}`);
  }
  return lines;
}

/** A line for each file that is not as `thresholds/` would have it. */
export async function differences(folder: string, files: readonly MadeFile[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { path, text } of files) {
    const found = await contentOf(join(folder, path));
    if (found === null) lines.push(`${path}: missing`);
    else if (found !== text)
      lines.push(`${path}: line ${firstDifference(found, text)} is not what thresholds/ says`);
  }
  return lines;
}

async function contentOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

/** From 1. */
function firstDifference(found: string, right: string): number {
  const lines = right.split('\n');
  const index = found.split('\n').findIndex((line, i) => line !== lines[i]);
  return (index === -1 ? lines.length : index) + 1;
}
