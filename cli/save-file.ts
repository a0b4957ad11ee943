/** Files that a command writes. */
import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError, messageOf } from './errors.ts';

/**
 * Writes a file as a whole, in a folder that is made where there is none: a reader sees the old text or the new one, and a
 * full disk leaves neither half of it nor a part.
 * @throws CliError one line: why it cannot be written
 */
export async function saveFile(file: string, text: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    // Through a link, as an editor does; a device or a pipe is written to and not replaced.
    const path = await realpath(file).catch(() => file);
    const found = await stat(path).catch(() => null);
    await (found === null || found.isFile() ? replace(path, text) : writeFile(path, text));
  } catch (error) {
    throw new CliError(`${file}: cannot be written: ${messageOf(error)}`);
  }
}

async function replace(path: string, text: string | Uint8Array): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    await writeFile(part, text);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}
