import type { Command } from 'commander';
import { scenarioCommand, variablesOf, type ScenarioOptions } from '../scenario/command.ts';

interface Options extends ScenarioOptions {
  beside?: string;
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
    .action(async ({ beside, ...options }: Options) => {
      const variables = variablesOf(options);
      if (beside !== undefined) {
        const { runBeside } = await import('../attribution/beside.ts');
        process.exitCode = await runBeside(beside, variables);
        return;
      }
      const { runScenario } = await import('../scenario/run.ts');
      process.exitCode = (await runScenario('attribution', variables)).code;
    });
}
