/** `npm run restore`: what runs that were killed have left switched is put back. */
import { knownValues, type TargetSettings } from '../../lib/config/settings.ts';
import { isExchanging, switchesSystem } from '../../lib/config/switching.ts';
import { loadConfig } from '../../lib/config/config.ts';
import type { Env } from '../../lib/config/variables.ts';
import type { FlagValues, SettingValue } from '../../thresholds/types.ts';
import { CliError, messageOf, UsageError } from '../errors.ts';
import { configured } from '../overhead/configured.ts';
import { reportFolder } from '../scenario/project.ts';
import { putBack } from './keep-flags.ts';
import { describeFound, leftNotes, removeNote } from './note.ts';
import { tell, say } from '../say.ts';

/**
 * Puts back what the notes beside the reports say, or the flags that are given.
 * @param given `NAME=value,…`, as plain k6 prints them
 * @returns the exit code: 1 where something could not be put back
 */
export async function restore(given: string | undefined, env: Env): Promise<number> {
  if (given !== undefined) {
    const { settings } = configured(() => loadConfig('smoke', env));
    return (await restoreTarget(env, parseFlags(given, settings))) ? 0 : 1;
  }
  const folder = reportFolder(env.REPORT_DIR);
  const { left, problems } = await leftNotes(folder);
  problems.forEach(tell);
  if (left.length === 0 && problems.length === 0)
    say(`${folder} holds no note of a run that was killed: nothing to put back`);
  let failed = problems.length > 0;
  for (const { file, note } of left) {
    const { environment, baseUrl, flags } = note;
    try {
      if (await restoreTarget({ ...env, TEST_ENV: environment, BASE_URL: baseUrl }, flags)) {
        await removeNote(file);
        continue;
      }
    } catch (error) {
      tell(`${baseUrl}: ${messageOf(error)}`);
    }
    failed = true;
  }
  return failed ? 1 : 0;
}

async function restoreTarget(env: Env, flags: FlagValues): Promise<boolean> {
  const target = configured(() => loadConfig('smoke', env));
  if (!switchesSystem(target.switching) && !isExchanging(target.switching)) {
    throw new CliError(
      `thresholds/${target.environment}.ts names nothing to switch by; the flags were ${describeFound(flags)}`,
    );
  }
  const isBack = await putBack(target, env, flags);
  if (isBack)
    say(
      isExchanging(target.switching)
        ? 'each deployment has its own settings'
        : `${target.baseUrl} has ${describeFound(flags)}`,
    );
  return isBack;
}

function parseFlags(text: string, settings: TargetSettings): FlagValues {
  const flags: Record<string, SettingValue> = {};
  for (const part of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    const known = knownValues(settings, name);
    const found = known.find((one) => String(one) === value);
    if (known.length === 0 || value === '') {
      const names = Object.keys(settings.values).join(', ');
      throw new UsageError(`--flags: '${part}'; expected NAME=value of ${names}`);
    }
    // What is not only true or false may have been found with a value that no arm has.
    if (found === undefined && known.every((one) => typeof one === 'boolean'))
      throw new UsageError(`--flags: '${part}'; expected ${name}=true or ${name}=false`);
    flags[name] = found ?? value;
  }
  return flags;
}
