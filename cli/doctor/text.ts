/** A diagnosis for people. */
import { quote } from 'shlex';
import type { ScenarioOptions } from '../scenario/command.ts';
import type { Diagnosis } from './doctor.ts';
import type { Finding } from './finding.ts';
import { EXPERIMENT_NAMES } from './subject.ts';

export function diagnosisLines({ configuration, findings }: Diagnosis): string[] {
  const found = findings.flatMap(findingLines);
  return configuration.length === 0 ? found : [...configuration, '', ...found];
}

/** A finding, and below a problem what to do. */
export function findingLines(finding: Finding): string[] {
  const line = `${finding.status.padEnd(7)}  ${finding.subject.padEnd(8)}  ${finding.text}`;
  return finding.status === 'problem' ? [line, `${' '.repeat(19)}→ ${finding.remedy}`] : [line];
}

/**
 * The command to type next. A token that was given as a setting is left out of it.
 * @param missing variables that must be set for it
 */
export function nextCommand(
  scenario: string,
  { env, set }: ScenarioOptions,
  fine: boolean,
  missing: readonly string[] = [],
): string {
  const options = [
    ...(env === undefined ? [] : ['--env', env]),
    ...Object.entries(set)
      .filter(([name]) => name !== 'AUTH_TOKEN')
      .flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
  const isExperiment = EXPERIMENT_NAMES.includes(scenario);
  const script = fine ? (isExperiment ? scenario : 'run') : 'doctor';
  const words = [...(fine && isExperiment ? [] : [scenario]), ...options.map(quote)];
  const variables = missing.map((name) => `${name}=… `).join('');
  const command = [`${variables}npm run ${script}`, ...(words.length === 0 ? [] : ['--', ...words])].join(
    ' ',
  );
  return fine ? `Next: ${command}` : `Next: do what the arrows say, then: ${command}`;
}
