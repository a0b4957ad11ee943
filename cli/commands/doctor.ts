import type { Command } from 'commander';
import type { Diagnosis } from '../doctor/doctor.ts';
import type { Checkable } from '../doctor/subject.ts';
import { UsageError } from '../errors.ts';
import { addSetting, type Variables } from '../scenario/variables.ts';

interface Options {
  env?: string;
  set: Variables;
}

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
    .option('--set <NAME=value>', 'set one of the suite’s variables; may be repeated', addSetting, {})
    .action(async (scenario: string, options: Options) => {
      const { scenarios } = await import('../../thresholds/scenarios.ts');
      const { EXPERIMENT_NAMES } = await import('../doctor/subject.ts');
      const known = [...Object.keys(scenarios), ...EXPERIMENT_NAMES];
      if (!known.includes(scenario)) {
        throw new UsageError(`unknown scenario '${scenario}'; there are ${known.join(', ')}`);
      }
      const { diagnose } = await import('../doctor/doctor.ts');
      const env = { ...process.env, ...options.set, ...(options.env && { TEST_ENV: options.env }) };
      const diagnosis = await diagnose(scenario as Checkable, env);
      const fine = diagnosis.findings.every(({ status }) => status !== 'problem');
      process.stdout.write(`${[...lines(diagnosis), '', next(scenario, options, fine)].join('\n')}\n`);
      process.exitCode = fine ? 0 : 1;
    });
}

function lines({ configuration, findings }: Diagnosis): string[] {
  const found = findings.flatMap((finding) => {
    const line = `${finding.status.padEnd(7)}  ${finding.subject.padEnd(8)}  ${finding.text}`;
    return finding.status === 'problem' ? [line, `${' '.repeat(19)}→ ${finding.remedy}`] : [line];
  });
  return configuration.length === 0 ? found : [...configuration, '', ...found];
}

/** The command to type next. A token that was given as a setting is left out of it. */
function next(scenario: string, { env, set }: Options, fine: boolean): string {
  const options = [
    ...(env === undefined ? [] : ['--env', env]),
    ...Object.entries(set)
      .filter(([name]) => name !== 'AUTH_TOKEN')
      .flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
  const command = [scenario, ...options.map(quoted)].join(' ');
  return fine
    ? `Next: npm run run -- ${command}`
    : `Next: do what the arrows say, then: npm run doctor -- ${command}`;
}

/** As a shell takes it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
