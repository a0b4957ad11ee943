/** A profile added to the result that an experiment has written; the verdict and its exit code stay as they are. */
import { basename, dirname, join } from 'node:path';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import type { Target } from '../../lib/config/config.ts';
import { BASELINE, TREATMENT } from '../../lib/config/arms.ts';
import type { Env } from '../../lib/config/variables.ts';
import { recommend } from '../../lib/advice/experiment-rules.ts';
import { advice } from '../../lib/report/describe-run.ts';
import { profileSections } from '../../lib/report/describe-profile.ts';
import { sectionsText } from '../../lib/report/text.ts';
import type { ProfileResult, RunResult } from '../../lib/result/run-result.ts';
import type { FlagValues, PerSecond, ProfileSettings } from '../../thresholds/types.ts';
import { describeAnswer } from '../../lib/api/target-problem.ts';
import { clientOfRun } from '../api/client.ts';
import { messageOf } from '../errors.ts';
import { provideK6 } from '../k6/provide.ts';
import { onSignal } from '../process/signals.ts';
import { saveFile } from '../save-file.ts';
import { amendReport } from '../scenario/report.ts';
import type { ScenarioRun } from '../scenario/run.ts';
import type { Variables } from '../scenario/variables.ts';
import { takePprof } from './take-pprof.ts';
import { takeProfile } from './take-profile.ts';
import type { ProfileOrder } from './taken-profile.ts';
import { tell } from '../say.ts';

interface ProfileRequest {
  settings: ProfileSettings;
  config: Target;
  env: Env;
  /** Of the experiment, for the loads. */
  variables: Variables;
  perSecond: PerSecond;
  arms: ArmsToProfile;
}

/** Two arms, and the one flag in which they differ; `null`: they are those of the experiment. */
export interface ArmsToProfile {
  flag: string | null;
  baseline: FlagValues;
  treatment: FlagValues;
}

/** Exit codes of an experiment whose measurement stands: PASS, FAIL, INCONCLUSIVE. */
const MEASURED: ReadonlySet<number> = new Set([
  EXIT_CODES.passed,
  EXIT_CODES.failed,
  EXIT_CODES.inconclusive,
]);

/** Takes the profile and adds it to the result's files; where there is none, one line and a note say why. */
export async function addProfile({ code, found }: ScenarioRun, request: ProfileRequest): Promise<void> {
  if (!found.ok || found.path === null) return;
  if (!MEASURED.has(code)) {
    sayNoProfile('there is no verdict that it could explain');
    return;
  }
  const { result, path } = found;
  const { perSecond, arms, settings } = request;
  const seconds = 2 * (settings.rampSeconds + settings.seconds);
  // From before the line that a reader may answer by Ctrl+C.
  let isInterrupted = false;
  const unwatch = onSignal(() => {
    isInterrupted = true;
  });
  tell(`CPU profiles of both arms, about ${Math.round(seconds + 10)} s …`);
  const ending = settings.pprof === undefined ? 'cpuprofile' : 'pb.gz';
  const fileOf = (arm: string) => `${basename(path, '.json')}-${arm}.${ending}`;
  try {
    const order = {
      flag: arms.flag,
      baseline: { name: BASELINE, flags: arms.baseline, file: fileOf(BASELINE) },
      treatment: { name: TREATMENT, flags: arms.treatment, file: fileOf(TREATMENT) },
      perSecond,
      seed: result.configuration.seed,
      settings,
      variables: request.variables,
      send: await senderOf(request),
      k6: (await provideK6()).path,
      isInterrupted: () => isInterrupted,
    };
    const taken =
      settings.pprof === undefined ? await takeProfile(order) : await takePprof(order, settings.pprof);
    for (const [name, profile] of taken.files) await saveFile(join(dirname(path), name), profile);
    const profiled = { ...result, profile: taken.result };
    const withAdvice = { ...profiled, recommendations: recommend(profiled) };
    await amendReport(path, withAdvice, `\n${profileText(taken.result, withAdvice)}`);
  } catch (error) {
    const [line = ''] = messageOf(error).split('\n');
    sayNoProfile(line);
    await noteNoProfile({ found }, line);
  } finally {
    unwatch();
  }
}

/** What the answer says does not matter, only where it comes from: a request that is refused arrives as well. */
async function senderOf({ config, env }: ProfileRequest): Promise<ProfileOrder['send']> {
  const client = await clientOfRun(config, env);
  return async (headers) => {
    const answer = await client.request(headers);
    if (answer.status > 0) return;
    throw new Error(`${config.api.method} ${config.api.endpoint} ${describeAnswer(answer)}`);
  };
}

export function sayNoProfile(reason: string): void {
  tell(`no CPU profile: ${reason}`);
}

/** Writes down in the result why it has no profile. */
export async function noteNoProfile({ found }: Pick<ScenarioRun, 'found'>, reason: string): Promise<void> {
  if (!found.ok || found.path === null) return;
  const { result, path } = found;
  await amendReport(path, { ...result, notes: [...result.notes, `No CPU profile: ${reason}`] }, '');
}

/** The profile, and the recommendations that it speaks for. */
function profileText(profile: ProfileResult, { recommendations }: RunResult): string {
  const rule = profile.flag === null ? 'costly-package' : 'largest-flag';
  const speaksFor = recommendations.filter((one) => one.rule === rule);
  return sectionsText([
    ...profileSections(profile),
    { title: 'Recommendations', parts: speaksFor.map(advice) },
  ]);
}
