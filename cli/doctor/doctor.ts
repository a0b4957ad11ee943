/** What a run would need, checked without load. */
import { ConfigError } from '../../lib/config/config-error.ts';
import type { Env } from '../../lib/config/variables.ts';
import { answerFindings } from './answer.ts';
import { configurationLines, headersFinding } from './configuration.ts';
import { costFindings } from './costs.ts';
import { ok, problem, type Finding } from './finding.ts';
import { bundleFinding, k6Finding, notesFindings, payloadFinding, reportFolderFinding } from './machine.ts';
import { subjectOf, type Checkable, type Subject } from './subject.ts';
import { switchingFinding } from './switching.ts';
import { clientFor } from '../api/client.ts';
import { targetFindings } from './target.ts';

export interface Diagnosis {
  /** The effective configuration, none where it is wrong. */
  configuration: string[];
  findings: Finding[];
}

/** Never throws for what a user can get wrong: that is a finding. */
export async function diagnose(scenario: Checkable, env: Env): Promise<Diagnosis> {
  const machine = machineFindings(scenario, env);
  const subject = settingsOf(scenario, env);
  if (!('target' in subject)) return { configuration: [], findings: [subject, ...(await machine)] };
  return {
    configuration: configurationLines(subject),
    findings: [
      ok('settings', 'every value is allowed'),
      subject.plan,
      ...headersFinding(subject.target.api),
      ...(await machine),
      ...(await outside(subject, env)),
    ],
  };
}

async function machineFindings(scenario: string, { REPORT_DIR }: Env): Promise<Finding[]> {
  const findings = await Promise.all([k6Finding(), bundleFinding(scenario), reportFolderFinding(REPORT_DIR)]);
  return [...findings, ...(await notesFindings(REPORT_DIR))];
}

/** The configuration, or what is wrong with it. */
function settingsOf(scenario: Checkable, env: Env): Subject | Finding {
  try {
    return subjectOf(scenario, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return problem('settings', error.message, 'set what the line names to what it allows');
  }
}

/** What lies outside of this project: payloads, token, target. */
async function outside(subject: Subject, env: Env): Promise<Finding[]> {
  const { target } = subject;
  const { finding, bodies } = await payloadFinding(target);
  const [body] = bodies ?? [];
  const client = clientFor(target, body ?? '', env);
  const { findings, up } = await targetFindings(target, client);
  if (!up || body === undefined) return [finding, ...findings];
  return [
    finding,
    ...findings,
    ...(await answerFindings(target, client)),
    ...(await costFindings(subject.costLimits, target, client, env)),
    await switchingFinding(subject, client, env),
  ];
}
