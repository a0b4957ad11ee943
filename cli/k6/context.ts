import { join } from 'node:path';
import type { Milliseconds } from '../../thresholds/types.ts';
import { progress } from '../say.ts';
import { k6Version } from './version.ts';

export interface ProvidedK6 {
  /** The program's path, as `spawn` takes it. */
  path: string;
  /** Its version, without a `v`: `2.2.0`. */
  version: string;
  /** Where it came from. */
  source: 'K6_BIN' | 'cache' | 'PATH' | 'release' | 'go';
}

/** What the search for k6 depends on; every part can be replaced, which is how it is tested. */
export interface K6Context {
  /** Environment variables: `K6_BIN`, `PATH` and those of proxies are read. */
  env: NodeJS.ProcessEnv;
  /** Folder of the provided binaries; each version has a folder in it. */
  cacheFolder: string;
  /** Folder of the release's files, without a slash at the end. */
  releaseUrl: string;
  /** A release server is given up after this time without an answer, or without the next piece of one. */
  silenceMs: Milliseconds;
  /** The SHA-256 of each of them, as sha256sum writes them. */
  checksumsFile: string;
  /** Folder with the `go.mod` that pins k6. */
  moduleFolder: string;
  /** Operating system and processor, in Node's words. */
  platform: NodeJS.Platform;
  arch: string;
  /** Takes one line for the user. */
  announce: (line: string) => void;
}

export function programName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'k6.exe' : 'k6';
}

/** The context of a real run, on this machine. */
export function machineContext(): K6Context {
  return {
    env: process.env,
    cacheFolder: join(import.meta.dirname, '../../.cache/k6'),
    releaseUrl: `https://github.com/grafana/k6/releases/download/v${k6Version}`,
    silenceMs: 3_000,
    checksumsFile: join(import.meta.dirname, 'checksums.txt'),
    moduleFolder: import.meta.dirname,
    platform: process.platform,
    arch: process.arch,
    // Standard error: standard output belongs to the command's own result.
    announce: progress,
  };
}
