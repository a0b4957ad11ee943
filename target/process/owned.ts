// Programs that end with the process that started them.
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { tell, type Own } from './child.ts';

/** A program that does not end by then is killed, milliseconds. */
const endLimitMs = 5_000;

/** Starts a program; at the end it gets `signal` and is waited for. Throws when the end has begun already. */
export function spawnOwned(
  own: Own,
  signal: NodeJS.Signals,
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const started: ChildProcess[] = [];
  // Registered first: a program that could not be given back is not started.
  own(() => Promise.all(started.map((child) => end(child, signal))));
  const child = spawn(program, args, options);
  // Where there is no such program, 'error' comes instead of 'exit'.
  child.on('error', () => undefined);
  started.push(child);
  const { pid } = child;
  if (pid !== undefined) {
    tell({ kind: 'owns', pid });
    child.once('exit', () => {
      tell({ kind: 'ended', pid });
    });
  }
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
  await ended;
  clearTimeout(timer);
}
