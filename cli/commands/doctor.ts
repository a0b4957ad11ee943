import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { variablesFor, type ScenarioOptions } from '../scenario/command.ts';
import { SET_OPTION } from '../scenario/variables.ts';
import { say } from '../say.ts';

/** `k6-overhead doctor heavy --env staging`: would it run? Exit code 0 if nothing stands in the way, else 1. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('show the effective configuration, and check what a run needs, without load')
    .argument(
      '<scenario>',
      'a scenario of thresholds/scenarios.ts, such as heavy, or overhead, attribution, capacity',
    )
    .option('--env <name>', 'environment, a file of thresholds/ (TEST_ENV)')
    .option(...SET_OPTION)
    .action(async (scenario: string, options: ScenarioOptions) => {
      const { CHECKABLE, isCheckable } = await import('../doctor/subject.ts');
      if (!isCheckable(scenario)) {
        throw new UsageError(`unknown scenario '${scenario}'; there are ${CHECKABLE.join(', ')}`);
      }
      const { diagnose } = await import('../doctor/doctor.ts');
      const env = { ...process.env, ...(await variablesFor(scenario, options)) };
      const diagnosis = await diagnose(scenario, env);
      const fine = diagnosis.findings.every(({ status }) => status !== 'problem');
      const { diagnosisLines, nextCommand } = await import('../doctor/text.ts');
      const lines = [...diagnosisLines(diagnosis), '', nextCommand(scenario, options, fine)];
      say(...lines);
      process.exitCode = fine ? 0 : 1;
    });
}
