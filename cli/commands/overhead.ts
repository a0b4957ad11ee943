import { Option, type Command } from 'commander';
import type { RunsOptions } from '../overhead/runs-settings.ts';
import { UsageError } from '../errors.ts';
import {
  endWithScenario,
  scenarioCommand,
  variablesFor,
  variablesOf,
  type ScenarioOptions,
} from '../scenario/command.ts';

interface Options extends RunsOptions, ScenarioOptions {
  mode?: 'toggle' | 'header' | 'runs';
  profile?: string | true;
}

/** Options that only whole runs have; the experiment in k6 would ignore them. */
const RUNS_ONLY = [
  'pairs',
  'scenario',
  'onCommand',
  'offCommand',
  'onUrl',
  'offUrl',
  'commandTimeout',
  'readyTimeout',
];

/** `k6-overhead overhead --env staging`: what do the flags cost at P95? Ends with the verdict's exit code. */
export function register(program: Command): void {
  scenarioCommand(
    program,
    'overhead',
    "measure what observability costs at P95; ends with the verdict's exit code",
  )
    .addOption(
      new Option(
        '--mode <mode>',
        'toggle and header: one experiment in k6 (MODE); runs: pairs of whole runs',
      ).choices(['toggle', 'header', 'runs']),
    )
    .option(
      '--profile [address]',
      "then take CPU profiles of both arms by the inspector of a Node.js target (127.0.0.1:9229 or the environment's) or an address of pprof",
    )
    .option('--pairs <count>', 'runs: pairs of runs at most', '5')
    .option('--scenario <name>', 'runs: the load scenario of each run', 'heavy')
    .option(
      '--on-command <command>',
      "runs: shell command that brings the target up with the treatment's flags",
    )
    .option('--off-command <command>', "runs: the same with the baseline's flags")
    .option('--on-url <url>', 'runs: a deployment with the flags, instead of commands')
    .option('--off-url <url>', 'runs: a deployment without them')
    .option('--command-timeout <seconds>', 'runs: how long a command may take', '600')
    .option(
      '--ready-timeout <seconds>',
      'runs: how long the target may take to be ready with the right flags',
      '120',
    )
    .action(async ({ env, set, mode, profile, ...options }: Options, command: Command) => {
      const of = { set, env };
      // Whole runs are those of a load scenario: they read its variables, too.
      const variables = mode === 'runs' ? variablesOf(of) : await variablesFor('overhead', of);
      if (mode === 'runs') {
        if (profile !== undefined)
          throw new UsageError('--profile is for the experiment in k6, not for --mode runs');
        const { measureRuns } = await import('../overhead/runs.ts');
        process.exitCode = await measureRuns(options, variables);
        return;
      }
      const given = command.options.find(
        (option) =>
          RUNS_ONLY.includes(option.attributeName()) &&
          command.getOptionValueSource(option.attributeName()) === 'cli',
      );
      if (given !== undefined) throw new UsageError(`${given.long ?? ''} is for --mode runs`);
      await endWithScenario(
        'overhead',
        { ...variables, ...(mode === undefined ? {} : { MODE: mode }) },
        profile,
      );
    });
}
