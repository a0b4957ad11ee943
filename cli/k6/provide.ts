import { CliError } from '../errors.ts';
import { fromCache } from './cache.ts';
import { machineContext, type K6Context, type ProvidedK6 } from './context.ts';
import { fromK6Bin, fromPath } from './find.ts';
import { fromGo } from './go.ts';
import { fromRelease } from './release.ts';
import { oldestMajor } from './version.ts';

/** The ways to a k6, in the order in which they are tried. */
const ways = [fromK6Bin, fromCache, fromPath, fromRelease, fromGo];

/**
 * Finds k6, or downloads or builds it (once, then it is in the project's cache). Lines about it go to standard
 * error.
 *
 * @throws CliError if `K6_BIN` names no usable k6 (exit code 1), if there is no way to k6 (1), or if a signal
 *   ended the build (128 + n)
 */
export async function provideK6(options: Partial<K6Context> = {}): Promise<ProvidedK6> {
  const context: K6Context = { ...machineContext(), ...options };
  for (const way of ways) {
    const found = await way(context);
    if (found !== undefined) return found;
  }
  throw new CliError(
    `there is no k6 here: install k6 ${oldestMajor}.0 or newer (https://grafana.com/docs/k6/latest/set-up/install-k6/) ` +
      'so that it is on PATH, or name it by K6_BIN=<path>, or install Go (https://go.dev/dl/) and try again',
  );
}
