/** The files of thresholds/ that init writes, and what of a team's own work stands in them. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { importTypeScript } from '../../check-thresholds.mjs';
import { guideApi } from '../../thresholds/guide-api.ts';
import type { Api, Environment } from '../../thresholds/types.ts';
import { CliError, UsageError } from '../errors.ts';
import { saveFile } from '../save-file.ts';
import { say } from '../say.ts';
import { projectFolder } from '../scenario/project.ts';

/** A file to write: below the project's folder. */
export interface NewFile {
  path: string;
  text: string;
  /** Whether what is there now is as it was shipped. */
  isShipped: boolean;
}

/** What thresholds/ holds now, as values. */
export async function found(environment: string): Promise<{ api: Api; environment: Environment }> {
  const { api } = (await importTypeScript('thresholds/api.ts')) as { api: Api };
  const { environments } = (await importTypeScript('thresholds/environments.ts')) as {
    environments: Readonly<Record<string, Environment>>;
  };
  const own = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  if (own === undefined) {
    throw new UsageError(
      `--env '${environment}'; allowed: ${Object.keys(environments).join(', ')}; CONTRIBUTING.md says how a new one is made`,
    );
  }
  return { api, environment: own };
}

/** The guide's API, and addresses that nobody has: what nobody can have measured yet. */
export function isShippedApi(api: Api): boolean {
  return isDeepStrictEqual(api, guideApi);
}

export function isShippedEnvironment({ baseUrl }: Environment): boolean {
  return /\.example\.com(:\d+)?$/.test(baseUrl);
}

/** A module of thresholds/ that exports one value, in the project's own style. */
export async function moduleText(
  comment: string,
  type: 'Api' | 'Environment',
  name: string,
  value: object,
): Promise<string> {
  const { format, resolveConfig } = await import('prettier');
  const file = join(projectFolder, 'thresholds/api.ts');
  const source = `/** ${comment} */\nimport type { ${type} } from './types.ts';\n\nexport const ${name}: ${type} = ${JSON.stringify(value)};\n`;
  return format(source, { ...(await resolveConfig(file)), filepath: file });
}

/**
 * Writes all of them, or none.
 * @param force also over what a team has edited
 * @returns those that were written; the others held the same already
 * @throws CliError where a file was edited; what would change has been said
 */
export async function writeFiles(files: readonly NewFile[], force: boolean): Promise<string[]> {
  const changed: { file: NewFile; old: string }[] = [];
  for (const file of files) {
    const path = join(projectFolder, file.path);
    const old = existsSync(path) ? await readFile(path, 'utf8') : '';
    if (old !== file.text) changed.push({ file, old });
  }
  const edited = changed.filter(({ file, old }) => old !== '' && !file.isShipped);
  if (edited.length > 0 && !force) {
    for (const { file, old } of edited) say(`${file.path} would change:`, ...difference(old, file.text));
    const names = edited.map(({ file }) => file.path).join(' and ');
    throw new CliError(
      `${names} would be overwritten; nothing was written. --force writes over what is there`,
    );
  }
  for (const { file } of changed) await saveFile(join(projectFolder, file.path), file.text);
  return changed.map(({ file }) => file.path);
}

/** From the first line that differs to the last one. */
function difference(old: string, text: string): string[] {
  const [before, after] = [old.trimEnd().split('\n'), text.trimEnd().split('\n')];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [
    ...before.slice(start, before.length - end).map((line) => `- ${line}`),
    ...after.slice(start, after.length - end).map((line) => `+ ${line}`),
  ];
}
