import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { endWithScenario, scenarioCommand, variablesFor, type ScenarioOptions } from '../scenario/command.ts';

interface Options extends ScenarioOptions {
  beside?: string;
  profile?: string | true;
}

/** `k6-overhead attribution --env staging`: which flag costs what? Ends with the verdict's exit code. */
export function register(program: Command): void {
  scenarioCommand(
    program,
    'attribution',
    "measure what each flag costs at P95; ends with the overhead's exit code",
  )
    .option(
      '--beside <result.json>',
      'measure by request header, and show what only the whole system of that result shows',
    )
    .option(
      '--profile [address]',
      "then take CPU profiles without and with the largest flag, by a Node.js target's inspector (127.0.0.1:9229)",
    )
    .action(async ({ beside, profile, ...options }: Options) => {
      if (beside !== undefined && profile !== undefined)
        throw new UsageError('--profile is for the whole system, and not for --beside');
      const variables = await variablesFor('attribution', options);
      if (beside === undefined) return endWithScenario('attribution', variables, profile);
      const { runBeside } = await import('../attribution/beside.ts');
      process.exitCode = await runBeside(beside, variables);
    });
}
