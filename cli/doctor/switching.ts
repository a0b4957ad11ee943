/** Can the target's flags be switched? What was found is what is there afterwards. */
import type { Client } from '../../lib/api/client.ts';
import { WATCHED_AT_ONE } from '../../lib/config/deployments.ts';
import type { Target } from '../../lib/config/config.ts';
import { flagsOfArm, flagsOn, formatFlags } from '../../lib/config/settings.ts';
import {
  countersOf,
  describeNumber,
  echoOf,
  leftAsSet,
  proofsOf,
  saysSettings,
  uptimesOf,
  usualFlags,
  writesOf,
} from '../../lib/config/switching.ts';
import type { FlagValues } from '../../thresholds/types.ts';
import type { Env } from '../../lib/config/variables.ts';
import { redactedAddress } from '../../lib/format/redacted.ts';
import { clientFor } from '../api/client.ts';
import { messageOf } from '../errors.ts';
import { note, ok, problem, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

/** A problem where the run asks for flags, and a note where it does not. */
export async function switchingFinding(
  subject: Subject,
  client: Client,
  body: string,
  env: Env,
): Promise<Finding> {
  const { flags, target } = subject;
  const asked = flags === null ? 'this run asks for none' : `this run asks for ${formatFlags(flags)}`;
  const place = `switching in thresholds/${target.environment}.ts`;
  try {
    return ok('flags', `${await trySwitching(subject, client, body, env)}; ${asked}`);
  } catch (error) {
    const text = `${messageOf(error)}; ${asked}`;
    return flags === null ? note('flags', text) : problem('flags', text, `correct ${place}, or set no flag`);
  }
}

/** What the target has after a run: what is in force, or usual; `null` where nothing says. */
async function afterwards(
  target: Target,
  client: Client,
): Promise<{ flags: FlagValues | null; text: string }> {
  if (saysSettings(target.switching)) {
    const flags = await client.readFlags();
    return { flags, text: `in force: ${formatFlags(flags)}` };
  }
  const flags = usualFlags(target, `thresholds/${target.environment}.ts`);
  const text =
    flags === null ? `left as it is set last: ${leftAsSet(target)}` : `usual: ${formatFlags(flags)}`;
  return { flags, text };
}

const joined = (...parts: string[]) => parts.join('; ');

/** The numbers that prove a switch. @throws Error one line: which cannot be had */
async function tryNumbers({ switching }: Target, client: Client): Promise<string[]> {
  const seen: string[] = [];
  for (const proof of [...countersOf(switching), ...uptimesOf(switching)]) {
    const number = await client.readNumber(proof);
    if (number === null && proof.by === 'uptime') throw new Error(`${describeNumber(proof)} names no number`);
    seen.push(`${describeNumber(proof)} says ${number ?? 'no number yet'}`);
  }
  return seen;
}

/**
 * By call the settings are read and written back as they were: what takes the same values takes others.
 * @throws Error one line: why they cannot be switched
 */
async function trySwitching(
  { by, flags, target }: Subject,
  client: Client,
  body: string,
  env: Env,
): Promise<string> {
  const { switching, settings } = target;
  const header = switching?.header;
  const echo = echoOf(switching);
  if (by === 'call') {
    const calls = writesOf(switching).map(
      (call) => `${call.method} ${'path' in call ? call.path : redactedAddress(call.url)}`,
    );
    const { flags: found, text } = await afterwards(target, client);
    const proofs = proofsOf(switching).map((proof) => proof.by);
    const proven = proofs.length === 0 ? 'nothing, so nothing can PASS' : proofs.join(' and ');
    const how = `switched by ${calls.join(' and ')}, proven by ${proven}`;
    if (found === null) return joined(`${how}, not tried`, text, ...(await tryNumbers(target, client)));
    await client.writeFlags(found);
    // It waits for what calls say, or for the echo: each proof that is named must hold.
    const wrong = echo === undefined ? null : await client.wrongFlags(found, 'echo');
    if (wrong !== null) throw wrong;
    return joined(`${how}, tried with what is ${text}`, ...(await tryNumbers(target, client)));
  }
  if (by === 'command') {
    const { text } = await afterwards(target, client);
    const how = 'switched by the command of switching.run, which is not run here';
    return joined(how, text, ...(await tryNumbers(target, client)));
  }
  if (switching?.by === 'deployments' && by === 'deployments') {
    for (const [arm, baseUrl] of Object.entries(switching.urls)) {
      const deployment = clientFor({ ...target, baseUrl }, body, env);
      const wrong = await deployment.wrongFlags(flagsOfArm(settings, arm, 'switching.urls'));
      if (wrong !== null) throw new Error(`the deployment of ${arm}, ${baseUrl}: ${wrong.message}`);
    }
    const swap = switching.swap === undefined ? 'no swap, so nothing can pass' : 'the swap is not run here';
    const each = saysSettings(switching) ? 'each with its settings' : 'which do not say their settings';
    const costs = `no costs by arm: ${WATCHED_AT_ONE}`;
    return joined(`a deployment an arm, ${each}`, swap, costs, ...(await tryNumbers(target, client)));
  }
  if (by === 'header' && header !== undefined) {
    await client.requestWithFlags(flags ?? flagsOn(settings, Object.keys(settings.values)));
    return echo === undefined
      ? `sent by the header ${header.name}; no echo is configured to prove it`
      : `switched by the header ${header.name}, and echoed`;
  }
  throw new Error('the target cannot be switched: flags would only label the result');
}
