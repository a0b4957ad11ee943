import type { Command } from 'commander';
import { scenarioCommand, variablesOf, type ScenarioOptions } from '../scenario/command.ts';

/** `k6-overhead attribution --env staging`: which flag costs what? Ends with the verdict's exit code. */
export function register(program: Command): void {
  scenarioCommand(
    program,
    'attribution',
    "measure what each flag costs at P95; ends with the overhead's exit code",
  ).action(async (options: ScenarioOptions) => {
    const variables = variablesOf(options);
    const { runScenario } = await import('../scenario/run.ts');
    process.exitCode = (await runScenario('attribution', variables)).code;
  });
}
