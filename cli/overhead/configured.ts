import { ConfigError } from '../../lib/config/config-error.ts';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { asCliError } from '../errors.ts';

/**
 * Reads configuration, and ends the command with one line where a setting is wrong.
 * @throws CliError with exit code 107
 */
export function configured<T>(read: () => T): T {
  return asCliError(ConfigError, read, EXIT_CODES['wrong setting']);
}
