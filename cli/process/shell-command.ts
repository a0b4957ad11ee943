/** Commands of the user's own, such as a restart or a rollout. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { printable } from '../../lib/format/printable.ts';
import { redacted, SECRET_NAME, withoutValues } from '../../lib/format/redacted.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

/** A rollout that is told to end may have something to put back. */
const GRACE_MS: Milliseconds = 10_000;
const POLL_MS: Milliseconds = 20;

/** A command that did not do its work. The message is one line, with the last one of its output. */
export class ShellCommandError extends Error {
  override readonly name = 'ShellCommandError';
}

/** The time that passes while a command is told to end. */
export interface GraceClock {
  readonly now: () => Milliseconds;
  readonly sleep: (ms: Milliseconds) => Promise<void>;
}

const machineClock: GraceClock = { now: () => performance.now(), sleep: (ms) => wait(ms) };

interface ShellCommandOptions {
  /** Variables of the command beside those of this process; `undefined` takes one away. */
  readonly env?: NodeJS.ProcessEnv;
  /** Values that no message may show, beside those of variables that are named like secrets. */
  readonly secrets?: readonly string[];
  readonly clock?: GraceClock;
}

/**
 * Runs a command line by the shell, to its end.
 *
 * Its output goes to a file and not to a pipe: a server that it starts in the background keeps writing there, and
 * neither holds up the end of the command nor dies of a closed pipe. Such a server lives on.
 *
 * @param signal ends the command with everything it has started, and rejects with the signal's reason
 * @throws ShellCommandError if it fails, or has not ended in time, when everything it has started is ended
 */
export async function runShellCommand(
  command: string,
  timeoutMs: Milliseconds,
  signal: AbortSignal,
  { env = {}, secrets = [], clock = machineClock }: ShellCommandOptions = {},
): Promise<void> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-command-'));
  const path = join(folder, 'output');
  const output = await open(path, 'w');
  try {
    const how = await ended(command, output.fd, timeoutMs, signal, { env, clock });
    signal.throwIfAborted();
    if (how !== null) throw new ShellCommandError(`${how}${lastLine(await readFile(path, 'utf8'), secrets)}`);
  } finally {
    await output.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** How the command failed; null where it did not. */
async function ended(
  command: string,
  output: number,
  timeoutMs: Milliseconds,
  signal: AbortSignal,
  { env, clock }: { env: NodeJS.ProcessEnv; clock: GraceClock },
): Promise<string | null> {
  const group = process.platform !== 'win32';
  const child = spawn(command, {
    shell: true,
    detached: group,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  let late = false;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endGroup(child, group, clock);
  };
  const timer = setTimeout(() => {
    late = true;
    end();
  }, timeoutMs);
  signal.addEventListener('abort', end);
  try {
    return await new Promise<string | null>((resolve) => {
      child.once('error', (error) => {
        resolve(`cannot be started (${error.message})`);
      });
      child.once('exit', (code, signalName) => {
        if (late) resolve(`did not end within ${timeoutMs / 1_000} s`);
        else if (code === 0) resolve(null);
        else
          resolve(
            code === null ? `was ended by ${signalName ?? 'a signal'}` : `failed with exit code ${code}`,
          );
      });
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    await ending;
  }
}

/** Ends the shell and everything that it has started: in good order, and what is left after a while the hard way. */
async function endGroup({ pid }: ChildProcess, group: boolean, clock: GraceClock): Promise<void> {
  if (pid === undefined) return;
  const giveUpAt = clock.now() + GRACE_MS;
  const send = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(group ? -pid : pid, signal);
    } catch {
      return false; // nothing is left of it
    }
  };
  send('SIGTERM');
  while (clock.now() < giveUpAt && send(0)) await clock.sleep(POLL_MS);
  send('SIGKILL');
}

function lastLine(output: string, secrets: readonly string[]): string {
  const line = output.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? ' and wrote nothing' : `: ${printable(withoutSecrets(line, secrets), 300)}`;
}

/** A command may print what it was given: the values of variables that are named like secrets, too. */
function withoutSecrets(line: string, more: readonly string[]): string {
  const named = Object.entries(process.env).flatMap(([name, value = '']) =>
    SECRET_NAME.test(name) ? [value.trim()] : [],
  );
  return redacted(withoutValues(line, [...named, ...more]));
}
