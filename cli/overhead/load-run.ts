/** One run of a scenario whose result, and not whose terminal, is wanted. */
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { runBundle, type HandedOver } from '../scenario/handed-over.ts';

/** k6's exit codes of a load that came to its end: every gate held, or one was crossed. */
export const LOADED: ReadonlySet<number> = new Set([EXIT_CODES.passed, EXIT_CODES.failed]);

interface LoadRun {
  /** k6's exit code. */
  code: number;
  handedOver: HandedOver;
  /** The last line that k6 wrote to standard error; empty where there was none. */
  lastLine: string;
}

interface LoadRunOptions {
  /** Path of k6. */
  k6: string;
  onStart?: (child: ChildProcess) => void;
  /** Each line that k6 writes to standard error. */
  onLine?: (line: string) => void;
}

/** Runs the built bundle of a scenario, without k6's own output; a variable that is `undefined` is taken away. */
export async function runLoad(
  scenario: string,
  variables: NodeJS.ProcessEnv,
  { k6, onStart, onLine }: LoadRunOptions,
): Promise<LoadRun> {
  let lastLine = '';
  const run = await runBundle(scenario, ['--quiet'], {
    k6,
    env: variables,
    stdio: ['ignore', 'ignore', 'pipe'],
    onStart: (child) => {
      onStart?.(child);
      if (child.stderr === null) return;
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.trim() !== '') lastLine = line.trim();
        onLine?.(line);
      });
    },
  });
  return { ...run, lastLine };
}
