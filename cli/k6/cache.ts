import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { programName, type K6Context, type ProvidedK6 } from './context.ts';
import { isProgram } from './find.ts';
import { k6Version, readVersion } from './version.ts';

/** Where the provided k6 lies: `<cache>/<version>/k6`. */
function cachedPath({ cacheFolder, platform }: K6Context): string {
  return join(cacheFolder, k6Version, programName(platform));
}

/** The k6 in the cache. Its version was checked when it was put there, so finding it costs no start of k6. */
export async function fromCache(context: K6Context): Promise<ProvidedK6 | undefined> {
  const path = cachedPath(context);
  return (await isProgram(path)) ? { path, version: k6Version, source: 'cache' } : undefined;
}

/**
 * Puts a k6 into the cache. `make` gets an empty folder and returns the path of the program that it put in there.
 *
 * The folder lies beside the cached program and the program is renamed into place, so that another process sees
 * all of it or nothing; of two processes at once the later one replaces an equal file.
 *
 * @throws if `make` does, or if what it made is not the version it should be
 */
export async function putIntoCache(
  context: K6Context,
  make: (folder: string) => Promise<string>,
): Promise<string> {
  const path = cachedPath(context);
  await mkdir(dirname(path), { recursive: true });
  const folder = await mkdtemp(join(dirname(path), 'new-'));
  try {
    const made = await make(folder);
    await chmod(made, 0o755);
    const version = await readVersion(made);
    if (version !== k6Version) throw new Error(`got k6 ${version}, expected ${k6Version}`);
    await rename(made, path);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
