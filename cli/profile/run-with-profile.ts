/** An experiment, and then CPU profiles of two arms. */
import { attributionConfig } from '../../lib/config/attribution-config.ts';
import type { ExperimentConfig } from '../../lib/config/experiment-config.ts';
import { flagsOn } from '../../lib/config/settings.ts';
import { settingsIn } from '../../lib/result/settings-in.ts';
import { overheadConfig } from '../../lib/config/overhead-config.ts';
import { profileSettings } from '../../lib/config/profile-config.ts';
import type { Env } from '../../lib/config/variables.ts';
import { largestCause } from '../../lib/advice/flag-rules.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { messageOf } from '../errors.ts';
import { configured } from '../overhead/configured.ts';
import { runScenario } from '../scenario/run.ts';
import type { Variables } from '../scenario/variables.ts';
import { addProfile, noteNoProfile, sayNoProfile, type ArmsToProfile } from './add-profile.ts';
import { inspectorProblem } from './inspector.ts';
import { pprofProblem } from './take-pprof.ts';

/** What differs between the experiments. */
interface Profiled {
  config: (env: Env) => ExperimentConfig;
  /** Which arms to look at, once there is a result. */
  arms: (result: RunResult) => ArmsToProfile;
}

const EXPERIMENTS: Readonly<Record<'overhead' | 'attribution', Profiled>> = {
  overhead: { config: overheadConfig, arms: bothArms },
  attribution: { config: attributionConfig, arms: armsOfLargestFlag },
};

/**
 * Runs the experiment, and profiles where there is an inspector.
 * @param address of the inspector; `undefined`: the environment's
 * @returns the verdict's exit code, whatever came of the profile
 */
export async function runWithProfile(
  scenario: keyof typeof EXPERIMENTS,
  variables: Variables,
  address: string | undefined,
): Promise<number> {
  const env: Env = { ...process.env, ...variables };
  const experiment = EXPERIMENTS[scenario];
  // What is wrong is said before minutes of load, and not after them.
  const settings = configured(() => profileSettings(env, address));
  const config = configured(() => experiment.config(env));
  const { inspector, pprof, timeoutMs } = settings;
  const problem = await (pprof === undefined
    ? inspectorProblem(inspector, timeoutMs)
    : pprofProblem(pprof, timeoutMs));
  if (problem !== null) sayNoProfile(problem);
  const run = await runScenario(scenario, variables);
  const { code, found } = run;
  try {
    if (problem !== null) await noteNoProfile(run, problem);
    else if (found.ok) {
      const arms = experiment.arms(found.result);
      await addProfile(run, { settings, config, env, variables, perSecond: config.plan.rate, arms });
    }
  } catch (error) {
    // Such as a full disk: the result as it was measured is still there.
    sayNoProfile(messageOf(error));
  }
  return code;
}

function bothArms({ overhead }: RunResult): ArmsToProfile {
  const flagsOf = (name: string | undefined) => overhead?.arms.find((arm) => arm.name === name)?.flags ?? {};
  return { flag: null, baseline: flagsOf(overhead?.baseline), treatment: flagsOf(overhead?.treatment) };
}

/**
 * Everything on, without and with the setting that costs most: what only it does. Where that is the main one, it is looked
 * at alone; where chance explains all shares, the whole overhead is.
 */
function armsOfLargestFlag(result: RunResult): ArmsToProfile {
  const flag = largestCause(result)?.flag;
  if (flag === undefined) return bothArms(result);
  const settings = settingsIn(result);
  const all = Object.keys(settings.values);
  const [without, withIt] =
    flag === settings.main ? [[], [flag]] : [all.filter((other) => other !== flag), all];
  return { flag, baseline: flagsOn(settings, without), treatment: flagsOn(settings, withIt) };
}
