import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../errors.ts';
import { putIntoCache } from './cache.ts';
import { programName, type K6Context, type ProvidedK6 } from './context.ts';
import { k6Version } from './version.ts';

/** A server is given up after this time without an answer, or without the next piece of one (milliseconds). */
const silenceMs = 3_000;
/** A whole download is given up after this time (milliseconds): 30 MB at 250 kB/s; building is no slower. */
const downloadMs = 120_000;

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
 * The archive must have the SHA-256 that the release's own checksums file gives. Whatever goes wrong is announced
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
  const checksums = await download(`${context.releaseUrl}/k6-v${k6Version}-checksums.txt`);
  const expected = checksumOf(archive, checksums.toString('utf8'));
  const bytes = await download(`${context.releaseUrl}/${archive}`);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expected) {
    throw new Error(
      `${archive} is refused: its SHA-256 is ${actual}, the release's checksums file says ${expected}`,
    );
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
  throw new Error(`the release's checksums file does not list ${file}`);
}

/** Reads a whole file over HTTP. Throws one line with the address and the reason. */
async function download(url: string): Promise<Buffer> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error(`no answer in ${silenceMs / 1000} s`));
  }, silenceMs);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([silence.signal, AbortSignal.timeout(downloadMs)]),
    });
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      timer.refresh();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw new Error(`${url}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch` says "fetch failed" and keeps the reason (no such host, refused, closed early) as the cause. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}

/**
 * Unpacks the one program with the system's own tar: each system that k6 is released for has one that reads the
 * archive made for it (GNU or busybox on Linux, bsdtar, which reads zip, on macOS and Windows).
 */
async function unpack(
  folder: string,
  { name, archive }: { name: string; archive: string },
  { env, platform }: K6Context,
): Promise<string> {
  // On Windows another tar on PATH (Git's) would be GNU tar, which reads no zip.
  const tar = platform === 'win32' ? join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'tar.exe') : 'tar';
  const program = programName(platform);
  const flags = archive.endsWith('.tar.gz') ? '-xzf' : '-xf';
  await promisify(execFile)(tar, [flags, archive, `${name}/${program}`], { cwd: folder }).catch(
    (error: unknown) => {
      throw new Error(`${archive} cannot be unpacked: ${messageOf(error).trim().split('\n').join('; ')}`);
    },
  );
  return join(folder, name, program);
}
