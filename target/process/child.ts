// The life of a child process: it says when it is ready, and ends when it is told to or when its parent is gone.
import { oneLine } from '../errors.ts';
import type { FromChild, ToChild } from './messages.ts';

/**
 * Registers how to give back what is about to be taken; called in reverse order at the end.
 * Throws once the end has begun: then nothing more may be taken.
 */
export type Own = (release: () => Promise<unknown>) => void;

/** Ends the child with a line that says why; of no effect once the end has begun. */
export type Fail = (line: string) => void;

type Info = Extract<FromChild, { kind: 'ready' }>['info'];

/** A child that takes longer to stop ends itself, milliseconds. */
const stopLimitMs = 15_000;

/** Sends a message to the parent; a parent that is gone is no error. */
export function tell(message: FromChild): void {
  if (process.connected) process.send?.(message, () => undefined);
}

/** The addresses that the supervisor sends once they are known. */
export function startMessage(): Promise<Extract<ToChild, { kind: 'start' }>> {
  return new Promise((resolve) => {
    process.on('message', (message: ToChild) => {
      if (message.kind === 'start') resolve(message);
    });
  });
}

/** Runs `start`, reports its result or its error, and gives everything back when it fails, when the parent says so or is gone. */
export async function runChild(start: (own: Own, fail: Fail) => Promise<Info>): Promise<void> {
  const releases: (() => Promise<unknown>)[] = [];
  let isEnding = false;
  const own: Own = (release) => {
    if (isEnding) throw new Error('told to end while starting');
    releases.push(release);
  };
  const ended = untilEnd();
  try {
    await new Promise<void>((resolve, reject) => {
      void ended.then(resolve);
      const fail: Fail = (line) => {
        reject(new Error(line));
      };
      start(own, fail).then((info) => {
        tell({ kind: 'ready', info });
      }, reject);
    });
  } catch (error) {
    process.exitCode = 1;
    tell({ kind: 'failed', line: oneLine(error) });
  }
  isEnding = true;
  setTimeout(() => process.exit(1), stopLimitMs).unref();
  for (const release of releases.reverse()) await release().catch(() => undefined);
  process.exit();
}

/** Signals are the parent's to handle: a terminal sends Ctrl+C to all processes at once. */
function untilEnd(): Promise<void> {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  return new Promise((resolve) => {
    process.once('disconnect', resolve);
    process.on('message', (message: ToChild) => {
      if (message.kind === 'stop') resolve();
    });
  });
}
