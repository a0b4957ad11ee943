// The command line: `tsx cli/main.ts <command>`.
import { runCommandLine } from './command-line.ts';

// Who reads the output may have read enough (`| head`): the work goes on to its end, and what it says goes nowhere.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const exitCode = await runCommandLine(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;
