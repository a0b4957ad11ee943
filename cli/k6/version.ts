import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../errors.ts';

/** The version that is downloaded or built. `go.mod` beside this file pins the same one. */
export const k6Version = '2.2.0';

/** The oldest major version that the suite runs on: k6 2 changed scripts' modules and options. */
export const oldestMajor = 2;

/** How long `k6 version` may take, in milliseconds; it needs about 20. */
const versionTimeoutMs = 10_000;

/**
 * The version in what `k6 version` prints, such as `2.2.0` from `k6 v2.2.0 (go1.26.8, linux/amd64)`.
 * `undefined` if the text is not k6's.
 */
export function parseVersion(output: string): string | undefined {
  return /^k6(?:\.exe)? v(\d+\.\d+\.\d+\S*)/m.exec(output)?.[1];
}

/** Whether the suite runs on this version of k6. */
export function isSupported(version: string): boolean {
  return Number.parseInt(version, 10) >= oldestMajor;
}

/**
 * Asks a k6 program for its version.
 *
 * @throws with one line that says why the file at `path` is not a k6 that runs here
 */
export async function readVersion(path: string): Promise<string> {
  const output = await runVersion(path);
  const version = parseVersion(output);
  if (version === undefined) throw new Error(`"${path} version" does not answer as k6 does`);
  return version;
}

async function runVersion(path: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ['version'], { timeout: versionTimeoutMs });
    return stdout;
  } catch (error) {
    const killed = error instanceof Error && 'killed' in error && error.killed === true;
    const reason = killed
      ? `no answer in ${versionTimeoutMs / 1000} s`
      : (messageOf(error).split('\n')[0] ?? '');
    throw new Error(`"${path} version" failed: ${reason}`, { cause: error });
  }
}
