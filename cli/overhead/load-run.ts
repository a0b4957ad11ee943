/** One run of a scenario whose result, and not whose terminal, is wanted. */
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import { runK6 } from '../k6/run.ts';
import { machineClass } from '../scenario/machine-class.ts';
import { bundlePath, reportFolder } from '../scenario/project.ts';
import { findResult, resultNames, type FoundResult } from '../scenario/result.ts';

export interface LoadRun {
  /** k6's exit code. */
  code: number;
  found: FoundResult;
  /** The last line that k6 wrote to standard error; empty where there was none. */
  lastLine: string;
}

export interface LoadRunOptions {
  /** Path of k6. */
  k6: string;
  /** By which the run's result is found again. */
  seed: number;
  onStart?: (child: ChildProcess) => void;
  /** Each line that k6 writes to standard error. */
  onLine?: (line: string) => void;
}

/**
 * Runs the built bundle of a scenario, without k6's own output. Variables reach k6 by its environment; one that is
 * `undefined` is taken away.
 */
export async function runLoad(
  scenario: string,
  variables: NodeJS.ProcessEnv,
  options: LoadRunOptions,
): Promise<LoadRun> {
  const { k6, seed, onStart, onLine } = options;
  const folder = reportFolder(variables.REPORT_DIR ?? process.env.REPORT_DIR);
  const before = await resultNames(folder, scenario);
  let lastLine = '';
  const code = await runK6(['run', '--quiet', bundlePath(scenario)], {
    k6,
    // k6 resolves payload and token files by PWD, which a caller may have left behind.
    env: {
      ...variables,
      MACHINE_CLASS: machineClass({ ...process.env, ...variables }),
      SEED: String(seed),
      PWD: process.cwd(),
    },
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
  return { code, found: await findResult({ folder, scenario, seed, before }), lastLine };
}
