import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { CliError, messageOf } from '../errors.ts';
import { programName, type K6Context, type ProvidedK6 } from './context.ts';
import { isSupported, oldestMajor, readVersion } from './version.ts';

/**
 * The k6 that `K6_BIN` names; `undefined` if it is unset or empty.
 *
 * @throws CliError if it names anything but a k6 that the suite runs on: it was asked for, so nothing else is tried
 */
export async function fromK6Bin({ env }: K6Context): Promise<ProvidedK6 | undefined> {
  const path = env.K6_BIN;
  if (path === undefined || path === '') return undefined;
  const right = `it must be the path of k6 ${oldestMajor}.0 or newer`;
  if (!(await isFile(path))) throw new CliError(`K6_BIN=${path}: there is no such file; ${right}`);
  if (!(await isExecutable(path))) throw new CliError(`K6_BIN=${path}: the file is not executable; ${right}`);
  const version = await readVersion(path).catch((error: unknown) => {
    throw new CliError(`K6_BIN=${path}: ${messageOf(error)}; ${right}`);
  });
  if (!isSupported(version)) throw new CliError(`K6_BIN=${path}: this is k6 ${version}; ${right}`);
  return { path, version, source: 'K6_BIN' };
}

/** The first k6 on `PATH`, if the suite runs on it; one that it does not run on is announced and left alone. */
export async function fromPath({ env, platform, announce }: K6Context): Promise<ProvidedK6 | undefined> {
  const path = await onPath(programName(platform), env);
  if (path === undefined) return undefined;
  try {
    const version = await readVersion(path);
    if (isSupported(version)) return { path, version, source: 'PATH' };
    announce(`k6 ${version} at ${path} is not used: the suite needs ${oldestMajor}.0 or newer`);
  } catch (error) {
    announce(`k6 at ${path} is not used: ${messageOf(error)}`);
  }
  return undefined;
}

/** Whether `path` is a file that this user may execute. */
export async function isProgram(path: string): Promise<boolean> {
  return (await isFile(path)) && (await isExecutable(path));
}

/** Relative entries of `PATH` are passed over: what they mean depends on the working directory. */
async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (isAbsolute(folder) && (await isProgram(path))) return path;
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
