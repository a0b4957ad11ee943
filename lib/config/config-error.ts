/** A wrong setting. The message is one line: variable or place, value, and what is allowed. */
export class ConfigError extends Error {
  /**
   * @param setting what is wrong: a variable, or a place such as `thresholds/staging.ts auth.path`
   * @param problem the value and what is wrong with it; never a secret
   * @param allowed what would be right
   */
  constructor(setting: string, problem: string, allowed: string) {
    super(`${setting}: ${printable(problem)}; allowed: ${allowed}`);
    this.name = 'ConfigError';
  }
}

/** One line that a terminal shows as it is: control characters are escaped, long values cut. */
export function printable(text: string, longest = 200): string {
  const escaped = text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length > longest ? `${escaped.slice(0, longest)}…` : escaped;
}
