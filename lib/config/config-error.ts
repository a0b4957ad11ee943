import { printable } from '../format/printable.ts';

/** Characters of a wrong value that a message shows. */
const LONGEST_VALUE = 200;

/** What would be right: words after `expected`, or all values that there are after `allowed:`. */
export type Right = `expected ${string}` | `allowed: ${string}`;

/** A wrong setting. The message is one line: variable or place, what is wrong, and what would be right. */
export class ConfigError extends Error {
  /**
   * @param setting what is wrong: a variable, or a place such as `thresholds/staging.ts auth.path`
   * @param problem the value and what is wrong with it; never a secret
   */
  constructor(setting: string, problem: string, right: Right) {
    super(`${setting}: ${printable(problem, LONGEST_VALUE)}; ${right}`);
    this.name = 'ConfigError';
  }
}
