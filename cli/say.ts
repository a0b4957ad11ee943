/** Lines for people: what a command is for on standard output, all else on standard error. */

export function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** A line about the command itself. */
export function tell(line: string): void {
  process.stderr.write(`k6-overhead: ${line}\n`);
}

export function warn(line: string): void {
  tell(`warning: ${line}`);
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
