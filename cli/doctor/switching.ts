/** Can the target's flags be switched? What was found is what is there afterwards. */
import type { Client } from '../../lib/api/client.ts';
import { WATCHED_AT_ONE } from '../../lib/config/deployments.ts';
import type { Target } from '../../lib/config/config.ts';
import { flagsOn, formatFlags } from '../../lib/config/settings.ts';
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
import { wrongDeployment } from '../api/client.ts';
import { messageOf } from '../errors.ts';
import { note, ok, problem, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

/** A problem where the run asks for flags, and a note where it does not. */
export async function switchingFinding(subject: Subject, client: Client, env: Env): Promise<Finding> {
  const { flags, target } = subject;
  const asked = flags === null ? 'this run asks for none' : `this run asks for ${formatFlags(flags)}`;
  const place = `switching in thresholds/${target.environment}.ts`;
  try {
    const said = await trySwitching(subject, client, env);
    return ok('flags', [...said, asked].join('; '));
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

/** @throws Error one line: why they cannot be switched */
async function trySwitching({ by, flags, target }: Subject, client: Client, env: Env): Promise<string[]> {
  const { switching } = target;
  if (by === 'call') return [...(await tryCalls(target, client)), ...(await tryNumbers(target, client))];
  if (by === 'command') {
    const how = 'switched by the command of switching.run, which is not run here';
    const { text } = await afterwards(target, client);
    return [how, text, ...(await tryNumbers(target, client))];
  }
  if (by === 'deployments' && switching?.by === 'deployments') {
    const wrong = await wrongDeployment(target, env);
    if (wrong !== null) throw new Error(`the deployment of ${wrong.arm}, ${wrong.message}`);
    const each = saysSettings(switching) ? 'each with its settings' : 'which do not say their settings';
    const swap = switching.swap === undefined ? 'no swap, so nothing can pass' : 'the swap is not run here';
    const costs = `no costs by arm: ${WATCHED_AT_ONE}`;
    return [`a deployment an arm, ${each}`, swap, costs, ...(await tryNumbers(target, client))];
  }
  if (by === 'header' && switching?.header !== undefined) {
    const { values } = target.settings;
    await client.requestWithFlags(flags ?? flagsOn(target.settings, Object.keys(values)));
    const { name } = switching.header;
    return echoOf(switching) === undefined
      ? [`sent by the header ${name}; no echo is configured to prove it`]
      : [`switched by the header ${name}, and echoed`];
  }
  throw new Error('the target cannot be switched: flags would only label the result');
}

/** The settings are read and written back as they were: what takes the same values takes others. */
async function tryCalls(target: Target, client: Client): Promise<string[]> {
  const { switching } = target;
  const calls = writesOf(switching).map(
    (call) => `${call.method} ${'path' in call ? call.path : redactedAddress(call.url)}`,
  );
  const proofs = proofsOf(switching).map((proof) => proof.by);
  const proven = proofs.length === 0 ? 'nothing, so nothing can PASS' : proofs.join(' and ');
  const how = `switched by ${calls.join(' and ')}, proven by ${proven}`;
  const { flags, text } = await afterwards(target, client);
  if (flags === null) return [`${how}, not tried`, text];
  await client.writeFlags(flags);
  // It waits for what calls say, or for the echo: each proof that is named must hold.
  const wrong = echoOf(switching) === undefined ? null : await client.wrongFlags(flags, 'echo');
  if (wrong !== null) throw wrong;
  return [`${how}, tried with what is ${text}`];
}
