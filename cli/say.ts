/** Lines for people: what a command is for on standard output, all else on standard error. */

export function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/**
 * Whoever reads the output may have read enough (`| head`), or closed the terminal: the work goes on to its end, and what it
 * says goes nowhere.
 */
export function goOnUnread(...streams: readonly NodeJS.WritableStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}

/** A line about what goes on meanwhile. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A line about the command itself. */
export function tell(line: string): void {
  progress(`k6-overhead: ${line}`);
}

export function warn(line: string): void {
  tell(`warning: ${line}`);
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
