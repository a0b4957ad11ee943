/** A small Go service with net/http/pprof, built by `go build`. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why there is no such service; `false` where there is Go. */
export const withoutGo: string | false = await run('go', ['version']).then(
  () => false as const,
  () => 'Go is not there',
);

/** Builds and starts it; it ends after the test file. @returns its base URL */
export async function startGoService(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'go-service-'));
  const program = join(folder, 'service');
  await run('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'go-service') });
  const child = spawn(program, { stdio: ['ignore', 'pipe', 'inherit'] });
  after(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return line;
}
