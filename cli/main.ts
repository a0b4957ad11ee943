// The command line: `tsx cli/main.ts <command>`.
import { tell } from './say.ts';

// Who reads the output may have read enough (`| head`): the work goes on to its end, and what it says goes nowhere.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

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
