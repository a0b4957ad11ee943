/** `npm run restore`: what runs that were killed have left switched is put back. */
import { FLAGS, formatFlags, type FlagValues } from '../../lib/config/flags.ts';
import { loadConfig } from '../../lib/config/config.ts';
import type { Env } from '../../lib/config/variables.ts';
import { CliError, messageOf, UsageError } from '../errors.ts';
import { configured } from '../overhead/configured.ts';
import { reportFolder } from '../scenario/project.ts';
import { putBack } from './keep-flags.ts';
import { leftNotes, removeNote } from './note.ts';

/**
 * Puts back what the notes beside the reports say, or the flags that are given.
 * @param given `ENABLE_OBSERVABILITY=true,TRACK_MODEL_COSTS=false`, as plain k6 prints them
 * @returns the exit code: 1 where something could not be put back
 */
export async function restore(given: string | undefined, env: Env): Promise<number> {
  if (given !== undefined) return (await restoreTarget(env, parseFlags(given))) ? 0 : 1;
  const folder = reportFolder(env.REPORT_DIR);
  const { left, problems } = await leftNotes(folder);
  for (const line of problems) process.stderr.write(`k6-overhead: ${line}\n`);
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
      process.stderr.write(`k6-overhead: ${baseUrl}: ${messageOf(error)}\n`);
    }
    failed = true;
  }
  return failed ? 1 : 0;
}

async function restoreTarget(env: Env, flags: FlagValues): Promise<boolean> {
  const target = configured(() => loadConfig('smoke', env));
  if (target.switching?.admin === undefined) {
    throw new CliError(
      `thresholds/${target.environment}.ts names no admin call to switch by; the flags were ${formatFlags(flags)}`,
    );
  }
  const isBack = await putBack(target, env, flags);
  if (isBack) say(`${target.baseUrl} has ${formatFlags(flags)}`);
  return isBack;
}

function parseFlags(text: string): FlagValues {
  const flags: FlagValues = {};
  for (const part of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [name = '', value = ''] = part.split('=');
    const flag = FLAGS.find((known) => known === name);
    if (flag === undefined || !['true', 'false'].includes(value)) {
      throw new UsageError(`--flags: '${part}'; expected NAME=true or NAME=false of ${FLAGS.join(', ')}`);
    }
    flags[flag] = value === 'true';
  }
  return flags;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
