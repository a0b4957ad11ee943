/** The overhead experiment, and then CPU profiles of its two arms. */
import { overheadConfig } from '../../lib/config/overhead-config.ts';
import { profileSettings } from '../../lib/config/profile-config.ts';
import type { Env } from '../../lib/config/variables.ts';
import { configured } from '../overhead/configured.ts';
import { runScenario } from '../scenario/run.ts';
import type { Variables } from '../scenario/variables.ts';
import { addProfile, noteNoProfile, sayNoProfile } from './add-profile.ts';
import { inspectorProblem } from './inspector.ts';

/**
 * @param address of the inspector; `undefined`: the environment's
 * @returns the verdict's exit code, whatever came of the profile
 */
export async function overheadWithProfile(
  variables: Variables,
  address: string | undefined,
): Promise<number> {
  const env: Env = { ...process.env, ...variables };
  // What is wrong is said before minutes of load, and not after them.
  const settings = configured(() => profileSettings(env, address));
  const config = configured(() => overheadConfig(env));
  const { arms, rate } = config.plan;
  const [baseline, treatment] = arms;
  const problem = await inspectorProblem(settings.inspector, settings.timeoutMs);
  if (problem !== null) sayNoProfile(problem);
  const run = await runScenario('overhead', variables);
  if (problem !== null) await noteNoProfile(run, problem);
  else if (baseline !== undefined && treatment !== undefined) {
    await addProfile(run, { settings, config, env, variables, perSecond: rate, baseline, treatment });
  }
  return run.code;
}
