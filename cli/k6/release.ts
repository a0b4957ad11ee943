import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../errors.ts';
import { putIntoCache } from './cache.ts';
import { programName, type K6Context, type ProvidedK6 } from './context.ts';
import { download } from './download.ts';
import { k6Version } from './version.ts';

/** In bytes; k6 has 70 MB. */
const LARGEST_PROGRAM = 300e6;

/** k6's names for what it is released for: operating system, processor, archive type. */
const systems: Partial<Record<NodeJS.Platform, { name: string; archive: string }>> = {
  linux: { name: 'linux', archive: 'tar.gz' },
  darwin: { name: 'macos', archive: 'zip' },
  win32: { name: 'windows', archive: 'zip' },
};
const processors: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Downloads the official release, verifies it and puts it into the cache.
 *
 * The archive must have the SHA-256 that stands in this repository, as `go.sum` pins what is built. Whatever goes wrong is announced
 * in one line and gives `undefined`, within seconds where the server cannot be reached: there is another way to k6.
 */
export async function fromRelease(context: K6Context): Promise<ProvidedK6 | undefined> {
  const start = performance.now();
  try {
    const path = await putIntoCache(context, (folder) => downloadTo(folder, context));
    const seconds = (performance.now() - start) / 1000;
    context.announce(`k6 ${k6Version}: downloaded and verified in ${seconds.toFixed(1)} s, kept as ${path}`);
    return { path, version: k6Version, source: 'release' };
  } catch (error) {
    context.announce(`k6 ${k6Version}: no release archive: ${messageOf(error)}`);
    return undefined;
  }
}

/** Downloads, verifies and unpacks into `folder`; gives the program's path. */
async function downloadTo(folder: string, context: K6Context): Promise<string> {
  const { name, archive } = archiveFor(context);
  context.announce(
    `k6 ${k6Version}: downloading ${archive} from ${new URL(context.releaseUrl).host}, once …`,
  );
  const expected = checksumOf(archive, await readFile(context.checksumsFile, 'utf8'));
  const bytes = await download(`${context.releaseUrl}/${archive}`, context);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expected) {
    throw new Error(`${archive} is refused: its SHA-256 is ${actual}; expected ${expected}`);
  }
  await writeFile(join(folder, archive), bytes);
  return unpack(folder, { name, archive }, context);
}

/** The release's file for this machine, and the folder inside it. */
function archiveFor({ platform, arch }: K6Context): { name: string; archive: string } {
  const system = systems[platform];
  const processor = processors[arch];
  if (system === undefined || processor === undefined) {
    throw new Error(`k6 is not released for ${platform} on ${arch}`);
  }
  const name = `k6-v${k6Version}-${system.name}-${processor}`;
  return { name, archive: `${name}.${system.archive}` };
}

/** The SHA-256 of `file` in a checksums file, whose lines are `<hex>  <name>`, as sha256sum writes them. */
export function checksumOf(file: string, checksums: string): string {
  for (const line of checksums.split('\n')) {
    const [checksum, name] = line.trim().split(/\s+\*?/);
    if (name === file && /^[0-9a-f]{64}$/i.test(checksum ?? '')) return (checksum ?? '').toLowerCase();
  }
  throw new Error(`checksums.txt does not list ${file}`);
}

/**
 * Unpacks the one program with the system's own tar: each system that k6 is released for has one that reads the
 * archive made for it (GNU or busybox on Linux, bsdtar, which reads zip, on macOS and Windows). What tar writes to its
 * output is the content of a regular file; no name in the archive decides where anything goes.
 */
async function unpack(
  folder: string,
  { name, archive }: { name: string; archive: string },
  { env, platform }: K6Context,
): Promise<string> {
  // On Windows another tar on PATH (Git's) would be GNU tar, which reads no zip.
  const tar = platform === 'win32' ? join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'tar.exe') : 'tar';
  const program = programName(platform);
  const flags = archive.endsWith('.tar.gz') ? '-xzOf' : '-xOf';
  const { stdout } = await promisify(execFile)(tar, [flags, archive, `${name}/${program}`], {
    cwd: folder,
    encoding: 'buffer',
    maxBuffer: LARGEST_PROGRAM,
  }).catch((error: unknown) => {
    throw new Error(`${archive} cannot be unpacked: ${messageOf(error).trim().split('\n').join('; ')}`);
  });
  if (stdout.length === 0) throw new Error(`${archive} holds no program in ${name}/${program}`);
  const path = join(folder, program);
  await writeFile(path, stdout);
  return path;
}
