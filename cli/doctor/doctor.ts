/** What a run would need, checked without load. */
import { ConfigError } from '../../lib/config/config-error.ts';
import { loadConfig, type LoadConfig } from '../../lib/config/config.ts';
import { gatesOf } from '../../lib/gates/gates.ts';
import type { Env } from '../../lib/config/variables.ts';
import type { ScenarioName } from '../../thresholds/types.ts';
import { configurationLines } from './configuration.ts';
import { ok, problem, type Finding } from './finding.ts';
import { bundleFinding, k6Finding, payloadFinding, reportFolderFinding } from './machine.ts';
import { planFinding } from './plan.ts';
import { switchingFinding } from './switching.ts';
import { headersOf, targetFindings } from './target.ts';
import { tokenFor } from './token.ts';

export interface Diagnosis {
  /** The effective configuration, none where it is wrong. */
  configuration: string[];
  findings: Finding[];
}

/** Never throws for what a user can get wrong: that is a finding. */
export async function diagnose(scenario: ScenarioName, env: Env): Promise<Diagnosis> {
  const machine = Promise.all([k6Finding(), bundleFinding(scenario), reportFolderFinding(env.REPORT_DIR)]);
  const config = configOf(scenario, env);
  if (!('scenario' in config)) return { configuration: [], findings: [config, ...(await machine)] };
  return {
    configuration: configurationLines(config),
    findings: [
      ok('settings', 'every value is allowed'),
      planFinding(config),
      ...(await machine),
      ...(await outside(config, env)),
    ],
  };
}

/** The configuration, or what is wrong with it. */
function configOf(scenario: ScenarioName, env: Env): LoadConfig | Finding {
  try {
    const config = loadConfig(scenario, env);
    gatesOf(config); // refuses a plan that is too small to judge
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return problem('settings', error.message, 'set what the line names to what it allows');
  }
}

/** What lies outside of this project: payloads, token, target. */
async function outside(config: LoadConfig, env: Env): Promise<Finding[]> {
  const { finding, bodies } = await payloadFinding(config);
  const token = await tokenFor(config, env);
  const { findings, up } = await targetFindings(config, token);
  const [body] = bodies ?? [];
  const switching =
    up && body !== undefined
      ? [await switchingFinding({ config, headers: headersOf(config, token), body })]
      : [];
  return [finding, ...findings, ...switching];
}
