import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CliError, codeOf, messageOf } from '../errors.ts';
import { runChild } from '../process/child.ts';
import { putIntoCache } from './cache.ts';
import { programName, type K6Context, type ProvidedK6 } from './context.ts';
import { k6Version } from './version.ts';

/** How long Go may take to say which version it is (milliseconds); it may fetch a newer one of itself first. */
const goVersionMs = 120_000;

/**
 * Builds k6 from the Go module in this folder, pinned by its `go.sum`, and puts it into the cache.
 * `undefined` where there is no Go; what else goes wrong is announced in one line.
 *
 * @throws CliError (128 + n) if a signal ended the build
 */
export async function fromGo(context: K6Context): Promise<ProvidedK6 | undefined> {
  const { announce } = context;
  const start = performance.now();
  try {
    const go = await goVersion(context);
    if (go === undefined) return undefined;
    announce(`k6 ${k6Version}: building from source with ${go}, about 75 s on two processors, once …`);
    const path = await putIntoCache(context, (folder) => build(folder, context));
    announce(
      `k6 ${k6Version}: built in ${((performance.now() - start) / 1000).toFixed(0)} s, kept as ${path}`,
    );
    return { path, version: k6Version, source: 'go' };
  } catch (error) {
    if (error instanceof CliError) throw error;
    announce(`k6 ${k6Version}: not built: ${messageOf(error)}`);
    return undefined;
  }
}

/** The version of Go that would build the module; `undefined` without a Go. Throws if it is too old. */
async function goVersion({ env, moduleFolder }: K6Context): Promise<string | undefined> {
  const needed = await neededGo(moduleFolder);
  try {
    // Asked in the module's folder, Go reads `go.mod` and, if it may (GOTOOLCHAIN), gets itself a newer version.
    const { stdout } = await promisify(execFile)('go', ['env', 'GOVERSION'], {
      cwd: moduleFolder,
      env,
      timeout: goVersionMs,
    });
    const found = stdout.trim();
    if (!isNewEnough(found, needed)) throw new Error(`${found} is too old, Go ${needed} or newer is needed`);
    return found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(reasonIn(stderr) ?? messageOf(error), { cause: error });
  }
}

/** The `go` line of `go.mod`, such as `1.25.0`. */
async function neededGo(moduleFolder: string): Promise<string> {
  const text = await readFile(join(moduleFolder, 'go.mod'), 'utf8');
  const version = /^go (\S+)$/m.exec(text)?.[1];
  if (version === undefined) throw new Error(`${join(moduleFolder, 'go.mod')} has no "go" line`);
  return version;
}

/** Whether Go `found`, as `go env GOVERSION` prints it (`go1.26.8`), can build a module that needs `needed`. */
export function isNewEnough(found: string, needed: string): boolean {
  const numbers = /(\d+)\.(\d+)/;
  const [, major = 0, minor = 0] = (numbers.exec(found) ?? []).map(Number);
  const [, neededMajor = 0, neededMinor = 0] = (numbers.exec(needed) ?? []).map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

async function build(folder: string, { env, moduleFolder, platform }: K6Context): Promise<string> {
  const program = join(folder, programName(platform));
  const stderr: Buffer[] = [];
  // `-mod=readonly`: nothing but what go.sum pins. `-buildvcs=false`: this project's git has nothing to do with it.
  const args = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-o', program, 'go.k6.io/k6/v2'];
  const code = await runChild('go', args, {
    // Without cgo no C compiler is needed; k6's own Linux releases are built so. No workspace of a folder above.
    env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
    cwd: moduleFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
    onStart: (child) => child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk)),
  });
  if (code > 128) throw new CliError(`k6 ${k6Version}: the build was interrupted`, code);
  if (code !== 0)
    throw new Error(reasonIn(Buffer.concat(stderr).toString('utf8')) ?? `go build ended with ${code}`);
  return program;
}

/** What went wrong: Go's first line that is neither progress nor a package's name; advice follows it. */
function reasonIn(stderr: string): string | undefined {
  return stderr
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !/^(go: downloading |#)/.test(line));
}
