import type { Command } from 'commander';
import { endWithScenario, scenarioCommand, variablesFor, type ScenarioOptions } from '../scenario/command.ts';

/** `k6-overhead capacity --env staging`: which rate does the target hold, with and without observability? */
export function register(program: Command): void {
  scenarioCommand(
    program,
    'capacity',
    'find the highest rate within the limits, with and without observability',
  ).action(async (options: ScenarioOptions) =>
    endWithScenario('capacity', await variablesFor('capacity', options)),
  );
}
