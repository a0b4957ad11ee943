/** For tests: programs that stand in for k6 and Go, so that every way to k6 can be walked without one. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { K6Context } from '../../cli/k6/context.ts';

/** An empty folder that is removed after the test. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes an executable shell script and gives its path. */
export async function writeProgram(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** The script of a program that answers `version` as k6 of that version does. */
export function k6Script(version: string): string {
  return `echo 'k6 v${version} (go1.26.8, linux/amd64)'`;
}

/** A machine with nothing on it: empty PATH and cache, and a release server that refuses connections. */
export function bareMachine(folder: string): Partial<K6Context> & { lines: string[] } {
  const lines: string[] = [];
  return {
    env: { PATH: join(folder, 'bin') },
    cacheFolder: join(folder, 'cache'),
    releaseUrl: 'http://127.0.0.1:65535',
    platform: 'linux',
    arch: 'x64',
    announce: (line) => lines.push(line),
    lines,
  };
}
