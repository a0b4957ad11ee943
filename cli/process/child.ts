import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import { onSignal } from './signals.ts';

export interface ChildOptions {
  /** Added to this process's environment; `undefined` takes a variable away. */
  env?: NodeJS.ProcessEnv;
  /** As in `child_process.spawn`; by default the child shares this process's terminal. */
  stdio?: StdioOptions;
  /** Working directory of the child; this process's own by default. */
  cwd?: string;
  /** Called once the child is there, with its pid and streams. */
  onStart?: (child: ChildProcess) => void;
}

/**
 * Runs a program to its end and gives its exit code; 128 + n if signal n ended it.
 *
 * SIGINT, SIGTERM and SIGHUP are passed on, and the child is waited for, so that it can finish its work.
 * Rejects if the program cannot be started (`ENOENT`, `EACCES`, `ENOEXEC`, …).
 */
export async function runChild(
  path: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<number> {
  const child = spawn(path, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: options.stdio ?? 'inherit',
    // In a process group of its own the child gets a terminal's Ctrl+C from here only: once.
    detached: process.platform !== 'win32',
  });
  const release = passSignalsTo(child);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => options.onStart?.(child));
      child.once('close', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  } finally {
    release();
  }
}

/** Passes signals on to `child` until the function it returns is called. A closed terminal ends it in good order, too. */
function passSignalsTo(child: ChildProcess): () => void {
  // k6 gives up its summary at a second signal: what is one must arrive as one.
  const release = onSignal((signal) => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  // Nothing is left running if this process ends by an error.
  const onExit = () => child.kill('SIGTERM');
  process.on('exit', onExit);
  return () => {
    release();
    process.off('exit', onExit);
  };
}
