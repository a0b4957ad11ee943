/**
 * What a run found before it switched its target. Where k6 and the command line are both killed, this file beside the reports
 * is all that still knows it.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { flags } from '../../lib/result/schema/fields.ts';
import { formatFlags } from '../../lib/config/settings.ts';
import type { FlagValues } from '../../thresholds/types.ts';
import { printable } from '../../lib/format/printable.ts';
import { codeOf, messageOf } from '../errors.ts';
import { saveFile } from '../save-file.ts';

/** Holds no secret. */
const schema = v.strictObject({
  kind: v.literal('flags found'),
  environment: v.string(),
  baseUrl: v.string(),
  flags,
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** The command line that is to put them back. */
  host: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

export type Note = v.InferOutput<typeof schema>;

interface LeftNote {
  file: string;
  note: Note;
}

const ENDING = '.note';

/** One file for each target: the oldest note is the one that knows. */
function noteFile(folder: string, { environment, baseUrl }: Pick<Note, 'environment' | 'baseUrl'>): string {
  const hash = createHash('sha256').update(baseUrl).digest('hex').slice(0, 8);
  return join(folder, `flags-found-${environment}-${hash}${ENDING}`);
}

/** @throws CliError where it cannot be written */
export async function saveNote(
  folder: string,
  found: Pick<Note, 'environment' | 'baseUrl' | 'flags'>,
): Promise<string> {
  const file = noteFile(folder, found);
  const note: Note = {
    kind: 'flags found',
    ...found,
    at: new Date().toISOString(),
    host: hostname(),
    pid: process.pid,
  };
  await saveFile(file, `${JSON.stringify(note)}\n`);
  return file;
}

export async function removeNote(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** The notes that a folder holds of runs that are over; a broken one is one line. */
export async function leftNotes(folder: string): Promise<{ left: LeftNote[]; problems: string[] }> {
  const names = await readdir(folder).catch(() => []);
  const left: LeftNote[] = [];
  const problems: string[] = [];
  for (const name of names
    .filter((name) => name.startsWith('flags-found-') && name.endsWith(ENDING))
    .sort()) {
    const file = join(folder, name);
    try {
      const note = v.parse(schema, JSON.parse(await readFile(file, 'utf8')));
      if (!isAtWork(note)) left.push({ file, note });
    } catch (error) {
      problems.push(`${file}: is no note of a run: ${printable(messageOf(error), 200)}`);
    }
  }
  return { left, problems };
}

/** `TRACING=true`; of two deployments, that each had its own. */
export function describeFound(flags: FlagValues): string {
  return Object.keys(flags).length === 0 ? 'each deployment with its own settings' : formatFlags(flags);
}

/** One line that names a note and what to do. */
export function describeNote({ file, note }: LeftNote): string {
  const { at, baseUrl, flags } = note;
  return (
    `${file}: a run of ${at} was killed and may have left ${printable(baseUrl)} switched; ` +
    `it had found ${describeFound(flags)}; \`npm run restore\` puts that back`
  );
}

/**
 * Whether the command line that wrote a note still runs, and will put the flags back itself. This process looks before it
 * writes one: what has its number was left by one before it (in a container each of them is 1), or by a run of its own that
 * could not put them back.
 */
function isAtWork({ host, pid }: Note): boolean {
  if (host !== hostname() || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
