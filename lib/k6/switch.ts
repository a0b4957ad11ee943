/** Switching a target's flags over HTTP, and seeing that it did. Every request here is `kind:control`. */
import { sleep } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import type { Target } from '../config/config.ts';
import {
  at,
  firstDifference,
  flagHeaders,
  parseFlags,
  parseReadAnswer,
  readCalls,
  writeCalls,
  type Call,
  type FlagValues,
} from '../api/flags.ts';
import { FLAGS } from '../config/flags.ts';
import type { Flag, Json, Milliseconds } from '../../thresholds/types.ts';

/** What a control request needs. */
export interface Control {
  config: Pick<Target, 'api' | 'baseUrl' | 'switching'>;
  headers: Record<string, string>;
  /** A body for requests to the API itself. */
  body: string;
}

/** Why flags are not in force. */
export interface SwitchProblem {
  /** One line. */
  text: string;
  /** The first flag that is not as asked for, where one is known. */
  flag: Flag | null;
}

const POLL_SECONDS = 0.1;

/**
 * The flags in force by the target's own word: by admin call where it has one that reads them, else from the echo of a
 * request to the API. `null` where it does not say.
 */
export function readFlags(control: Control, flags: readonly Flag[] = FLAGS): FlagValues | null {
  const { switching } = control.config;
  const read = switching?.admin?.read;
  if (switching === null) return null;
  if (read === undefined) return echoOf(control, {})?.flags ?? null;
  const found: FlagValues = {};
  for (const { call, flags: answered } of readCalls(read, switching.names, flags)) {
    const answer = send(control, call);
    const json = answer.status >= 200 && answer.status < 300 ? jsonOf(answer) : undefined;
    const value = json === undefined ? undefined : at(json, read.readAt);
    Object.assign(found, parseReadAnswer(switching, answered, value) ?? {});
  }
  return Object.keys(found).length === 0 ? null : found;
}

/**
 * Sets flags by admin call and waits until the target says that they are in force.
 * @returns `null`, or what went wrong
 */
export function writeFlags(control: Control, flags: FlagValues): SwitchProblem | null {
  const { switching } = control.config;
  const admin = switching?.admin;
  if (admin === undefined) return { text: 'no admin call is configured', flag: null };
  for (const call of writeCalls(admin, switching?.names, flags)) {
    const answer = send(control, call);
    if (answer.status < 200 || answer.status >= 300) {
      const said = answer.status === 0 ? 'nothing' : answer.status;
      return { text: `${call.method} ${call.path} answered ${said}`, flag: null };
    }
  }
  return waitForFlags(control, admin.timeoutMs, flags);
}

/** Waits until the target says that the flags are in force; `null`, or what it says instead. */
function waitForFlags(control: Control, timeoutMs: Milliseconds, flags: FlagValues): SwitchProblem | null {
  const asked = FLAGS.filter((flag) => flags[flag] !== undefined);
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const inForce = readFlags(control, asked);
    const wrong = firstDifference(flags, inForce);
    if (wrong === null) return null;
    if (Date.now() >= giveUpAt) {
      const stated = inForce?.[wrong] === undefined ? 'does not say' : `says ${inForce[wrong]}`;
      return { text: `after ${timeoutMs} ms the target still ${stated} for ${wrong}`, flag: wrong };
    }
    sleep(POLL_SECONDS);
  }
}

/**
 * Sends one request with the flags in its header, and looks at the echo.
 * @returns `null`, or one line that says what went wrong
 */
export function requestWithFlags(control: Control, flags: FlagValues): string | null {
  const { switching } = control.config;
  if (switching?.echo === undefined) return null;
  const echo = echoOf(control, flagHeaders(switching, flags));
  const wrong = firstDifference(flags, echo?.flags ?? null);
  return wrong === null
    ? null
    : `the answer's ${switching.echo.header} does not echo ${wrong}=${flags[wrong] ?? ''}`;
}

/** The flags that the answer to one request of the API echoes; `null` where there is no successful answer. */
function echoOf(
  { config: { api, baseUrl, switching }, headers, body }: Control,
  extra: Record<string, string>,
): { flags: FlagValues | null } | null {
  if (switching?.echo === undefined) return null;
  const params = controlParams(api.timeoutMs, { ...headers, ...extra });
  const answer = http.request(api.method, baseUrl + api.endpoint, body, params);
  if (!api.success.status.includes(answer.status)) return null;
  return { flags: parseFlags(headerOf(answer, switching.echo.header), switching.names) };
}

/** A header by name in any case; k6 keeps the canonical one. */
export function headerOf({ headers }: { headers: Record<string, string> }, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** Control requests are judged by their callers: k6 counts none of their statuses as failed. */
export function anyStatus() {
  return http.expectedStatuses({ min: 100, max: 599 });
}

function send({ config, headers }: Control, { method, path, body }: Call): RefinedResponse<'text'> {
  const withType = body === null ? headers : { ...headers, 'Content-Type': 'application/json' };
  return http.request(method, config.baseUrl + path, body, controlParams(config.api.timeoutMs, withType));
}

function controlParams(timeoutMs: Milliseconds, headers: Record<string, string>) {
  return {
    headers,
    tags: { kind: 'control' },
    timeout: timeoutMs,
    redirects: 0,
    responseType: 'text' as const,
    responseCallback: anyStatus(),
  };
}

function jsonOf(answer: RefinedResponse<'text'>): Json | undefined {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}
