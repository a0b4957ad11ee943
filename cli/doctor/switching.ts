/** Can the target's flags be switched? What was found is what is there afterwards. */
import { FLAGS } from '../../lib/config/flags.ts';
import type { LoadConfig } from '../../lib/config/config.ts';
import {
  at,
  firstDifference,
  flagHeaders,
  formatFlags,
  parseFlags,
  parseReadAnswer,
  readCalls,
  writeCalls,
  type Call,
  type FlagValues,
} from '../../lib/workflow/flags.ts';
import type { Json, Switching } from '../../thresholds/types.ts';
import { messageOf } from '../errors.ts';
import { reasonOf } from './http.ts';
import { note, ok, problem, type Finding } from './finding.ts';

interface Target {
  config: LoadConfig;
  headers: Record<string, string>;
  /** A body of the run, for a target that is switched by request. */
  body: string;
}

/** A problem where the run asks for flags, and a note where it does not. */
export async function switchingFinding(target: Target): Promise<Finding> {
  const { switching, flags, environment } = target.config;
  const asked = flags === null ? 'this run asks for none' : `this run asks for ${formatFlags(flags)}`;
  const place = `switching in thresholds/${environment}.ts`;
  try {
    return ok('flags', `${await trySwitching(target, switching)}; ${asked}`);
  } catch (error) {
    const text = `${messageOf(error)}; ${asked}`;
    return flags === null ? note('flags', text) : problem('flags', text, `correct ${place}, or set no flag`);
  }
}

/** @throws Error one line: why they cannot be switched */
async function trySwitching(target: Target, switching: Switching | null): Promise<string> {
  if (switching?.admin !== undefined) return tryAdmin(target, switching, switching.admin);
  if (switching?.header !== undefined) return tryHeader(target, switching, switching.header.name);
  throw new Error('the target cannot be switched: flags would only label the result');
}

/** Reads the flags and writes them back as they were: what takes the same values takes others. */
async function tryAdmin(
  target: Target,
  switching: Switching,
  admin: NonNullable<Switching['admin']>,
): Promise<string> {
  const found = await readFlags(target, switching);
  for (const call of writeCalls(admin, switching.names, found)) await send(target, call);
  const wrong = firstDifference(found, await readFlags(target, switching));
  if (wrong !== null) throw new Error(`${admin.write.path} took ${wrong} and did not keep it`);
  return `switched by ${admin.write.method} ${admin.write.path}, tried with the values in force: ${formatFlags(found)}`;
}

/** By the admin call that reads them where there is one, else from the echo of a request to the API. */
async function readFlags(target: Target, switching: Switching): Promise<FlagValues> {
  const read = switching.admin?.read;
  if (read === undefined) {
    const echoed = await echoOf(target, switching, {});
    if (echoed !== null) return echoed;
    throw new Error('the target does not say which flags are in force: no admin.read, and no echo');
  }
  const found: FlagValues = {};
  for (const { call, flags } of readCalls(read, switching.names, FLAGS)) {
    const json = (await (await send(target, call)).json().catch(() => null)) as Json;
    Object.assign(found, parseReadAnswer(switching, flags, at(json, read.readAt)) ?? {});
  }
  if (Object.keys(found).length > 0) return found;
  throw new Error(`${read.method} ${read.path} names no flag at '${read.readAt}'`);
}

/** One request of the API with the flags in its header, and a look at the echo. */
async function tryHeader(target: Target, switching: Switching, name: string): Promise<string> {
  const asked = target.config.flags ?? { ENABLE_OBSERVABILITY: true };
  const echoed = await echoOf(target, switching, asked);
  if (switching.echo === undefined) return `sent by the header ${name}; no echo is configured to prove it`;
  const wrong = firstDifference(asked, echoed);
  if (wrong !== null) throw new Error(`the answer's ${switching.echo.header} does not echo ${wrong}`);
  return `switched by the header ${name}, and echoed`;
}

/** The flags that were in force for one request with `flags` in its header. */
async function echoOf(target: Target, switching: Switching, flags: FlagValues): Promise<FlagValues | null> {
  const { method, endpoint: path } = target.config.api;
  const answer = await send(target, { method, path, body: target.body }, flagHeaders(switching, flags));
  const echo = switching.echo && answer.headers.get(switching.echo.header);
  return echo === null || echo === undefined ? null : parseFlags(echo, switching.names);
}

async function send(
  { config, headers }: Target,
  { method, path, body }: Call,
  more: Record<string, string> = {},
): Promise<Response> {
  const json: Record<string, string> = body === null ? {} : { 'Content-Type': 'application/json' };
  const answer = await fetch(config.baseUrl + path, {
    method,
    headers: { ...headers, ...json, ...more },
    signal: AbortSignal.timeout(config.api.timeoutMs),
    ...(body === null || method === 'GET' ? {} : { body }),
  }).catch((error: unknown) => {
    throw new Error(`${method} ${path}: ${reasonOf(error)}`);
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}`);
  return answer;
}
