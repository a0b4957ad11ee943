import { ConfigError } from '../../lib/config/config-error.ts';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { CliError } from '../errors.ts';

/**
 * Reads configuration, and ends the command with one line where a setting is wrong.
 * @throws CliError with exit code 107
 */
export function configured<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(error.message, EXIT_CODES['wrong setting']);
    throw error;
  }
}
