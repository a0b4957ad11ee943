/** Which flags are in force, by the target's own word: the proof that a restart or a rollout did what it should. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { LoadConfig } from '../../lib/config/config.ts';
import { FLAGS } from '../../lib/config/flags.ts';
import type { Env } from '../../lib/config/variables.ts';
import {
  at,
  firstDifference,
  formatFlags,
  parseFlags,
  parseReadAnswer,
  readCalls,
  type FlagValues,
} from '../../lib/api/flags.ts';
import { payloads } from '../../lib/api/payloads.ts';
import type { Json, Milliseconds, Switching } from '../../thresholds/types.ts';
import { reasonOf } from '../doctor/http.ts';
import { headersOf } from '../doctor/target.ts';
import { tokenFor } from '../doctor/token.ts';
import { messageOf } from '../errors.ts';

const POLL_MS: Milliseconds = 100;
/** While a rollout goes on, old and new instances answer in turn: one right answer proves little. */
const IN_A_ROW = 3;

export interface Asked {
  config: LoadConfig;
  switching: Switching;
  env: Env;
}

/**
 * The flags in force: those that a request to the API echoes, or where no echo is configured those that the admin call
 * reads.
 * @throws Error one line: what the target answered instead
 */
export async function readFlags(asked: Asked, signal: AbortSignal): Promise<FlagValues> {
  const { switching, config } = asked;
  const token = await tokenFor(config, asked.env);
  if ('finding' in token && token.finding.status === 'problem') throw new Error(token.finding.text);
  const headers = headersOf(config, token);
  const flags =
    switching.echo === undefined
      ? await byAdminCall(asked, headers, signal)
      : await byEcho(asked, switching.echo.header, headers, signal);
  if (flags === null) throw new Error(`the target does not say which flags are in force`);
  return flags;
}

/**
 * Waits until the target is ready and names the flags asked for, several times in a row.
 * @throws Error one line: what it still says after `timeoutMs`
 */
export async function waitForFlags(
  asked: Asked,
  flags: FlagValues,
  timeoutMs: Milliseconds,
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  for (let right = 0; right < IN_A_ROW;) {
    const problem = await wrongFlags(asked, flags, signal);
    right = problem === null ? right + 1 : 0;
    if (problem !== null && performance.now() >= giveUpAt) {
      throw new Error(`not ready with ${formatFlags(flags)} after ${timeoutMs / 1_000} s: ${problem}`);
    }
    if (right < IN_A_ROW) await wait(POLL_MS, undefined, { signal });
  }
}

/** What is wrong with the flags in force, in one line; null where nothing is. */
export async function wrongFlags(
  asked: Asked,
  flags: FlagValues,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const inForce = await readFlags(asked, signal);
    const wrong = firstDifference(flags, inForce);
    if (wrong === null) return null;
    return `the target ${inForce[wrong] === undefined ? 'does not name' : `says ${inForce[wrong]} for`} ${wrong}`;
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}

/** One request of the API, and its echo. */
async function byEcho(
  { config, switching }: Asked,
  header: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<FlagValues | null> {
  const { method, endpoint, success, payload } = config.api;
  const { bodies } = payloads(payload, payload.endsWith('.json') ? await readFile(payload, 'utf8') : null);
  const body = method === 'GET' ? undefined : bodies[0];
  const answer = await send(config, method, endpoint, headers, signal, body);
  await answer.arrayBuffer();
  const echo = answer.headers.get(header);
  // An answer that names its flags is a proof of them, whatever its status: errors are judged by the run.
  if (echo === null && !success.status.includes(answer.status)) {
    throw new Error(`${method} ${endpoint} answered ${answer.status}`);
  }
  return echo === null ? null : parseFlags(echo, switching.names);
}

async function byAdminCall(
  { config, switching }: Asked,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<FlagValues | null> {
  const read = switching.admin?.read;
  if (read === undefined) return null;
  const found: FlagValues = {};
  for (const { call, flags } of readCalls(read, switching.names, FLAGS)) {
    const answer = await send(config, call.method, call.path, headers, signal);
    if (!answer.ok) throw new Error(`${call.method} ${call.path} answered ${answer.status}`);
    const json = (await answer.json().catch(() => null)) as Json;
    Object.assign(found, parseReadAnswer(switching, flags, at(json, read.readAt)) ?? {});
  }
  return Object.keys(found).length === 0 ? null : found;
}

async function send(
  { baseUrl, api }: LoadConfig,
  method: string,
  path: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  body?: string,
): Promise<Response> {
  try {
    return await fetch(baseUrl + path, {
      method,
      // A new connection each time: behind a balancer a kept one would ask the same instance again.
      headers: { ...headers, Connection: 'close' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(api.timeoutMs)]),
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`${method} ${path}: ${reasonOf(error)}`, { cause: error });
  }
}
