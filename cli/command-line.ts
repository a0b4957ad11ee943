// All commands. Each is a file in commands/ and sets `process.exitCode`.
import { Command, CommanderError } from 'commander';
import { register as attribution } from './commands/attribution.ts';
import { register as baseline } from './commands/baseline.ts';
import { register as calibrate } from './commands/calibrate.ts';
import { register as capacity } from './commands/capacity.ts';
import { register as compare } from './commands/compare.ts';
import { register as dashboards } from './commands/dashboards.ts';
import { register as demo } from './commands/demo.ts';
import { register as doctor } from './commands/doctor.ts';
import { register as history } from './commands/history.ts';
import { register as init } from './commands/init.ts';
import { register as k6 } from './commands/k6.ts';
import { register as loadTest } from './commands/load-test.ts';
import { register as manifests } from './commands/manifests.ts';
import { register as merge } from './commands/merge.ts';
import { register as overhead } from './commands/overhead.ts';
import { register as plan } from './commands/plan.ts';
import { register as report } from './commands/report.ts';
import { register as restore } from './commands/restore.ts';
import { register as run } from './commands/run.ts';
import { register as trend } from './commands/trend.ts';
import { CliError, UsageError } from './errors.ts';
import { tell } from './say.ts';

const hint = '"k6-overhead --help" lists commands, "k6-overhead <command> --help" options';

// One line for each command. Heavy imports belong into its action, so that the others start fast.
const commands = [
  run,
  loadTest,
  init,
  doctor,
  restore,
  overhead,
  attribution,
  capacity,
  compare,
  merge,
  manifests,
  calibrate,
  report,
  plan,
  history,
  baseline,
  trend,
  demo,
  dashboards,
  k6,
];

/**
 * Runs one command.
 * @param args as a shell gives them, without the program
 * @returns the exit code of what is wrong with them, or stops the command; undefined where the command has set its own
 */
export async function runCommandLine(args: readonly string[]): Promise<number | undefined> {
  const program = new Command('k6-overhead')
    .description('Load-tests a workflow API with k6 and proves what observability costs at p95')
    .usage('<command> [options]')
    .enablePositionalOptions()
    .exitOverride()
    // Errors are printed below, in one line; commands inherit this.
    .configureOutput({ outputError: () => undefined });
  for (const register of commands) register(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return undefined;
  } catch (error) {
    return exitCodeOf(error);
  }
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
