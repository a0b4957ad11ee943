// The command line: `tsx cli/main.ts <command>`. Each command is a file in commands/ and sets `process.exitCode`.
import { Command, CommanderError } from 'commander';
import { register as registerAttribution } from './commands/attribution.ts';
import { register as registerBaseline } from './commands/baseline.ts';
import { register as registerCalibrate } from './commands/calibrate.ts';
import { register as registerCapacity } from './commands/capacity.ts';
import { register as registerCompare } from './commands/compare.ts';
import { register as registerDashboards } from './commands/dashboards.ts';
import { register as registerDemo } from './commands/demo.ts';
import { register as registerDoctor } from './commands/doctor.ts';
import { register as registerHistory } from './commands/history.ts';
import { register as registerInit } from './commands/init.ts';
import { register as registerK6 } from './commands/k6.ts';
import { register as registerLoadTest } from './commands/load-test.ts';
import { register as registerManifests } from './commands/manifests.ts';
import { register as registerMerge } from './commands/merge.ts';
import { register as registerOverhead } from './commands/overhead.ts';
import { register as registerPlan } from './commands/plan.ts';
import { register as registerReport } from './commands/report.ts';
import { register as registerRestore } from './commands/restore.ts';
import { register as registerRun } from './commands/run.ts';
import { register as registerTrend } from './commands/trend.ts';
import { CliError, UsageError } from './errors.ts';
import { tell } from './say.ts';

const hint = '"k6-overhead --help" lists commands, "k6-overhead <command> --help" options';

const program = new Command('k6-overhead')
  .description('Load-tests a workflow API with k6 and proves what observability costs at p95')
  .usage('<command> [options]')
  .enablePositionalOptions()
  .exitOverride()
  // Errors are printed below, in one line; commands inherit this.
  .configureOutput({ outputError: () => undefined });

// One line for each command. Heavy imports belong into its action, so that the others start fast.
registerRun(program);
registerLoadTest(program);
registerInit(program);
registerDoctor(program);
registerRestore(program);
registerOverhead(program);
registerAttribution(program);
registerCapacity(program);
registerCompare(program);
registerMerge(program);
registerManifests(program);
registerCalibrate(program);
registerReport(program);
registerPlan(program);
registerHistory(program);
registerBaseline(program);
registerTrend(program);
registerDemo(program);
registerDashboards(program);
registerK6(program);

// Who reads the output may have read enough (`| head`): the work goes on to its end, and what it says goes nowhere.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Prints what the user has to know about an error and gives the exit code. A defect keeps its stack. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version that were asked for arrive here, too; help instead of a missing command does not count.
    if (error.exitCode === 0) return 0;
    return error.code === 'commander.help' ? 2 : exitCodeOf(new UsageError(usageMessage(error)));
  }
  if (!(error instanceof CliError)) throw error;
  tell(error.message);
  return error.exitCode;
}

/** Commander's message in one line, with its "Did you mean" and a hint. */
function usageMessage(error: CommanderError): string {
  return `${error.message.replace(/^error: /, '').replaceAll('\n', ' ')}; ${hint}`;
}
