/** The reference target as a program of its own, for as long as something uses it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Milliseconds } from '../../thresholds/types.ts';
import { CliError } from '../errors.ts';
import { projectFolder } from '../scenario/project.ts';

/** What a started target says about itself. */
export interface TargetAddress {
  baseUrl: string;
  sinksUrl: string;
  token: string;
}

/** A target that has not stopped by then is ended the hard way. */
const STOP_MS: Milliseconds = 15_000;

/**
 * Starts the reference target on free ports, and stops it when `use` has ended, whatever way.
 *
 * It runs in a process group of its own, so that Ctrl+C reaches k6 first; and it ends by itself when this process
 * is gone, because its standard input closes then.
 *
 * @throws CliError where it does not start; it has said why on standard error
 */
export async function withTarget<T>(use: (target: TargetAddress) => Promise<T>): Promise<T> {
  const program = join(projectFolder, 'target/main.ts');
  const args = ['--import', import.meta.resolve('tsx'), program, '--json', '--port', '0'];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const ended = once(child, 'close');
  try {
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => text as string),
      ended.then(() => undefined),
    ]);
    if (line === undefined) throw new CliError('the reference target did not start; it says above why');
    return await use(JSON.parse(line) as TargetAddress);
  } finally {
    await stop(child, ended);
  }
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS).unref();
  await ended;
  clearTimeout(timer);
}
