import { ConfigError } from '../../lib/config/config-error.ts';
import { CliError } from '../errors.ts';

/** k6's exit code for a wrong setting: the command line ends with the same. */
const BAD_CONFIGURATION = 107;

/**
 * Reads configuration, and ends the command with one line where a setting is wrong.
 * @throws CliError with exit code 107
 */
export function configured<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(error.message, BAD_CONFIGURATION);
    throw error;
  }
}
