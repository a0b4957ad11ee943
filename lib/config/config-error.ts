import { printable } from '../format/printable.ts';

/** Characters of a wrong value that a message shows. */
const LONGEST_VALUE = 200;

/** A wrong setting. The message is one line: variable or place, value, and what is allowed. */
export class ConfigError extends Error {
  /**
   * @param setting what is wrong: a variable, or a place such as `thresholds/staging.ts auth.path`
   * @param problem the value and what is wrong with it; never a secret
   * @param allowed what would be right
   */
  constructor(setting: string, problem: string, allowed: string) {
    super(`${setting}: ${printable(problem, LONGEST_VALUE)}; allowed: ${allowed}`);
    this.name = 'ConfigError';
  }
}
