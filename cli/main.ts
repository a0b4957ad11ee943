// The command line: `tsx cli/main.ts <command>`.
import { goOnUnread, tell } from './say.ts';

goOnUnread(process.stdout, process.stderr);

try {
  const { runCommandLine } = await import('./command-line.ts');
  const exitCode = await runCommandLine(process.argv.slice(2));
  if (exitCode !== undefined) process.exitCode = exitCode;
} catch (error) {
  const line = brokenFile(error);
  if (line === null) throw error;
  tell(line);
  process.exitCode = 1;
}

/** Place and problem of a file that cannot be parsed, such as one of thresholds/ while it is edited; null for other errors. */
function brokenFile(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'TransformError') return null;
  const [, line = ''] = error.message.split('\n');
  return line.replace(`${process.cwd()}/`, '').replace('ERROR: ', '');
}
