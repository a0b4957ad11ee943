/** Around a run that switches its target: its flags are put back, also where k6 was killed before it could. */
import { formatFlags } from '../../lib/config/settings.ts';
import { ConfigError } from '../../lib/config/config-error.ts';
import type { Target } from '../../lib/config/config.ts';
import {
  commandPlace,
  isExchanging,
  leftAsSet,
  saysSettings,
  usualFlags,
} from '../../lib/config/switching.ts';
import type { Env } from '../../lib/config/variables.ts';
import type { FlagValues } from '../../thresholds/types.ts';
import type { CommandRequest } from '../../lib/api/commands.ts';
import { firstDifference } from '../../lib/api/flags.ts';
import { clientOfRun, wrongDeployment } from '../api/client.ts';
import { subjectOf, type Checkable } from '../doctor/subject.ts';
import { messageOf } from '../errors.ts';
import { holdSignals } from '../process/signals.ts';
import { reportFolder } from '../scenario/project.ts';
import { describeFound, describeNote, leftNotes, removeNote, saveNote } from './note.ts';
import { tell, warn } from '../say.ts';

/**
 * Runs k6, and leaves the flags of the target as they were before.
 * @param env what k6 gets: it says whether the scenario switches a target, and which
 * @param run gets that target, `null` where there is none, and what keeps the commands that are run on it
 */
export async function keepFlags<T>(
  scenario: string,
  env: Env,
  run: (target: Target | null, commands: Commands) => Promise<T>,
): Promise<T> {
  const folder = reportFolder(env.REPORT_DIR);
  const { left, problems } = await leftNotes(folder);
  [...problems, ...left.map(describeNote)].forEach(warn);
  const target = switchedTarget(scenario, env);
  const commands = new Commands();
  // Of a target that a run has left switched, an older note knows what it was before.
  if (target === null || left.some(({ note }) => note.baseUrl === target.baseUrl))
    return run(target, commands);
  const { environment, baseUrl } = target;
  const flags = isExchanging(target.switching) ? {} : await flagsOf(target, env);
  if (flags === null) {
    const code = await run(target, commands);
    if (!saysSettings(target.switching) && commands.last !== undefined)
      tell(`${baseUrl} is left with ${describeRequest(commands.last)}: ${leftAsSet(target)}`);
    return code;
  }
  const file = await saveNote(folder, { environment, baseUrl, flags }).catch((error: unknown) => {
    warn(`${messageOf(error)}: if this run is killed, nothing knows that it found ${describeFound(flags)}`);
    return null;
  });
  const release = holdSignals();
  try {
    return await run(target, commands);
  } finally {
    const isBack = commandPlace(target.switching) !== null && commands.haveLeft(flags);
    if ((isBack || (await putBack(target, env, flags))) && file !== null) await removeNote(file);
    release();
  }
}

/** The commands that a run has had carried out on its target. */
export class Commands {
  /** `undefined`: none; `null`: one did not end well, or is under way. */
  last: CommandRequest | null | undefined;

  async run(request: CommandRequest, work: () => Promise<void>): Promise<void> {
    this.last = null;
    await work();
    this.last = request;
  }

  /** Whether they have left a target, or two deployments, with what was found. */
  haveLeft(flags: FlagValues): boolean {
    const { last } = this;
    if (last === null || last === undefined) return last === undefined;
    return 'crossed' in last ? !last.crossed : firstDifference(flags, last.settings) === null;
  }
}

function describeRequest(request: CommandRequest | null): string {
  if (request === null || 'crossed' in request) return 'what a command has made of it that did not end well';
  return formatFlags(request.settings);
}

/** @param baseUrl null: two deployments */
function describeDone(baseUrl: string | null, flags: FlagValues, isSilent: boolean): string {
  if (baseUrl === null)
    return isSilent
      ? 'the deployments do not say what is in force: they were told once more to have each its own settings'
      : 'each deployment has its own settings again';
  return isSilent
    ? `${baseUrl} does not say what is in force: it was told once more to have ${describeFound(flags)}`
    : `${baseUrl} has the flags again that the run had found`;
}

/** Puts flags back where they are not what they were, or nothing says; says what it did, and whether they are now. */
export async function putBack(target: Target, env: Env, flags: FlagValues): Promise<boolean> {
  try {
    const client = await clientOfRun(target, env);
    const isExchanged = isExchanging(target.switching);
    const wrong = isExchanged ? await wrongDeployment(target, env) : await client.wrongFlags(flags);
    if (wrong === null && saysSettings(target.switching)) return true;
    if (wrong !== null)
      tell(`${wrong.message}, and the run had found ${describeFound(flags)}: putting it back`);
    await (isExchanged ? client.cross(false) : client.writeFlags(flags));
    const still = isExchanged ? await wrongDeployment(target, env) : null;
    if (still !== null) throw new Error(still.message);
    tell(describeDone(isExchanged ? null : target.baseUrl, flags, wrong === null));
    return true;
  } catch (error) {
    tell(`the flags could not be put back: ${messageOf(error)}; \`npm run restore\` tries again`);
    return false;
  }
}

/** The target whose flags a scenario switches; null where it switches none, or k6 will refuse the settings. */
function switchedTarget(scenario: string, env: Env): Target | null {
  try {
    const { target, isSwitched } = subjectOf(scenario as Checkable, env);
    return isSwitched ? target : null;
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

/** What the target says before the run, or what it usually has; null where nothing says, or not to this process. */
async function flagsOf(target: Target, env: Env): Promise<FlagValues | null> {
  if (!saysSettings(target.switching)) return usualFlags(target, `thresholds/${target.environment}.ts`);
  try {
    const client = await clientOfRun(target, env);
    return await client.readFlags();
  } catch (error) {
    warn(`${messageOf(error)}: if k6 is killed, nothing knows which flags it found`);
    return null;
  }
}
