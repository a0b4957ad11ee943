import type { Command } from 'commander';
import { endWithScenario, scenarioCommand, variablesFor, type ScenarioOptions } from '../scenario/command.ts';

/** `k6-overhead run heavy --env staging --set P95=120`: `k6 run` of a fresh bundle, with k6's exit code. */
export function register(program: Command): void {
  scenarioCommand(
    program,
    'run',
    "build and run a scenario; ends with k6's exit code, or 1 if there is no k6 or no result",
  )
    .argument('<scenario>', 'a file of scenarios/, such as smoke or heavy')
    .action(async (scenario: string, options: ScenarioOptions) =>
      endWithScenario(scenario, await variablesFor(scenario, options)),
    );
}
