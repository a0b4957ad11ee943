/** Can the target's flags be switched? What was found is what is there afterwards. */
import { FLAGS } from '../../lib/config/flags.ts';
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
} from '../../lib/api/flags.ts';
import type { Json, Switching } from '../../thresholds/types.ts';
import { messageOf } from '../errors.ts';
import { reasonOf } from './http.ts';
import { note, ok, problem, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

interface Patient extends Subject {
  headers: Record<string, string>;
  /** A body of the run, for a target that is switched by request. */
  body: string;
}

/** A problem where the run asks for flags, and a note where it does not. */
export async function switchingFinding(patient: Patient): Promise<Finding> {
  const { flags, target } = patient;
  const asked = flags === null ? 'this run asks for none' : `this run asks for ${formatFlags(flags)}`;
  const place = `switching in thresholds/${target.environment}.ts`;
  try {
    return ok('flags', `${await trySwitching(patient, target.switching)}; ${asked}`);
  } catch (error) {
    const text = `${messageOf(error)}; ${asked}`;
    return flags === null ? note('flags', text) : problem('flags', text, `correct ${place}, or set no flag`);
  }
}

/** @throws Error one line: why they cannot be switched */
async function trySwitching(patient: Patient, switching: Switching | null): Promise<string> {
  if (patient.by === 'admin' && switching?.admin !== undefined)
    return tryAdmin(patient, switching, switching.admin);
  if (patient.by === 'header' && switching?.header !== undefined)
    return tryHeader(patient, switching, switching.header.name);
  throw new Error('the target cannot be switched: flags would only label the result');
}

/** Reads the flags and writes them back as they were: what takes the same values takes others. */
async function tryAdmin(
  patient: Patient,
  switching: Switching,
  admin: NonNullable<Switching['admin']>,
): Promise<string> {
  const found = await readFlags(patient, switching);
  for (const call of writeCalls(admin, switching.names, found)) await send(patient, call);
  const wrong = firstDifference(found, await readFlags(patient, switching));
  if (wrong !== null) throw new Error(`${admin.write.path} took ${wrong} and did not keep it`);
  return `switched by ${admin.write.method} ${admin.write.path}, tried with the values in force: ${formatFlags(found)}`;
}

/** By the admin call that reads them where there is one, else from the echo of a request to the API. */
async function readFlags(patient: Patient, switching: Switching): Promise<FlagValues> {
  const read = switching.admin?.read;
  if (read === undefined) {
    const echoed = await echoOf(patient, switching, {});
    if (echoed !== null) return echoed;
    throw new Error('the target does not say which flags are in force: no admin.read, and no echo');
  }
  const found: FlagValues = {};
  for (const { call, flags } of readCalls(read, switching.names, FLAGS)) {
    const json = (await (await send(patient, call)).json().catch(() => null)) as Json;
    Object.assign(found, parseReadAnswer(switching, flags, at(json, read.readAt)) ?? {});
  }
  if (Object.keys(found).length > 0) return found;
  throw new Error(`${read.method} ${read.path} names no flag at '${read.readAt}'`);
}

/** One request of the API with the flags in its header, and a look at the echo. */
async function tryHeader(patient: Patient, switching: Switching, name: string): Promise<string> {
  const asked = patient.flags ?? { ENABLE_OBSERVABILITY: true };
  const echoed = await echoOf(patient, switching, asked);
  if (switching.echo === undefined) return `sent by the header ${name}; no echo is configured to prove it`;
  const wrong = firstDifference(asked, echoed);
  if (wrong !== null) throw new Error(`the answer's ${switching.echo.header} does not echo ${wrong}`);
  return `switched by the header ${name}, and echoed`;
}

/** The flags that were in force for one request with `flags` in its header. */
async function echoOf(patient: Patient, switching: Switching, flags: FlagValues): Promise<FlagValues | null> {
  const { method, endpoint: path } = patient.target.api;
  const answer = await send(patient, { method, path, body: patient.body }, flagHeaders(switching, flags));
  const echo = switching.echo && answer.headers.get(switching.echo.header);
  return echo === null || echo === undefined ? null : parseFlags(echo, switching.names);
}

async function send(
  { target, headers }: Patient,
  { method, path, body }: Call,
  more: Record<string, string> = {},
): Promise<Response> {
  const json: Record<string, string> = body === null ? {} : { 'Content-Type': 'application/json' };
  const answer = await fetch(target.baseUrl + path, {
    method,
    headers: { ...headers, ...json, ...more },
    signal: AbortSignal.timeout(target.api.timeoutMs),
    ...(body === null || method === 'GET' ? {} : { body }),
  }).catch((error: unknown) => {
    throw new Error(`${method} ${path}: ${reasonOf(error)}`);
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}`);
  return answer;
}
