/** Errors that a user can act on: one line, no stack, and the exit code that the command ends with. */
export { messageOf } from '../lib/format/message-of.ts';

export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exitCode: number;

  /**
   * @param message one line: what was wrong, where, and what would be right
   * @param exitCode what the process ends with, 1 unless told
   */
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The command line itself was wrong: exit code 2, as is usual for it. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(message, 2);
  }
}

/**
 * Errors of one class end the command with their message.
 * @param exitCode 1 unless told
 * @throws CliError in place of such an error
 */
export function asCliError<T>(kind: new (...args: never[]) => Error, work: () => T, exitCode?: number): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof kind) throw new CliError(error.message, exitCode);
    throw error;
  }
}

/** What the system calls an error, such as ENOENT; `undefined` where it is none of the system's. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
