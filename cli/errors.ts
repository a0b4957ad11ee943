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
