/** Switching a target's flags over HTTP, and seeing that it did. Every request here is `kind:control`. */
import { sleep } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import type { LoadConfig } from '../config/config.ts';
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
} from '../workflow/flags.ts';
import { FLAGS } from '../config/flags.ts';
import type { Flag, Json } from '../../thresholds/types.ts';

/** What a control request needs. */
export interface Control {
  config: Pick<LoadConfig, 'api' | 'baseUrl' | 'switching'>;
  headers: Record<string, string>;
}

const POLL_SECONDS = 0.1;

/** The flags in force by the target's own word; `null` where it does not say. */
export function readFlags(control: Control, flags: readonly Flag[] = FLAGS): FlagValues | null {
  const admin = control.config.switching?.admin;
  if (admin === undefined) return null;
  const found: FlagValues = {};
  for (const { call, flags: answered } of readCalls(admin, control.config.switching?.names, flags)) {
    const answer = send(control, call);
    const json = answer.status >= 200 && answer.status < 300 ? jsonOf(answer) : undefined;
    const value = json === undefined ? undefined : at(json, admin.read.readAt);
    Object.assign(found, parseReadAnswer(control.config.switching ?? {}, answered, value) ?? {});
  }
  return Object.keys(found).length === 0 ? null : found;
}

/**
 * Sets flags by admin call and waits until the target says that they are in force.
 * @returns `null`, or one line that says what went wrong
 */
export function writeFlags(control: Control, flags: FlagValues): string | null {
  const { switching } = control.config;
  const admin = switching?.admin;
  if (admin === undefined) return 'no admin call is configured';
  for (const call of writeCalls(admin, switching?.names, flags)) {
    const answer = send(control, call);
    if (answer.status < 200 || answer.status >= 300) {
      return `${call.method} ${call.path} answered ${answer.status === 0 ? 'nothing' : answer.status}`;
    }
  }
  const asked = FLAGS.filter((flag) => flags[flag] !== undefined);
  const giveUpAt = Date.now() + admin.timeoutMs;
  for (;;) {
    const inForce = readFlags(control, asked);
    const wrong = firstDifference(flags, inForce);
    if (wrong === null) return null;
    if (Date.now() >= giveUpAt) {
      const stated = inForce?.[wrong] === undefined ? 'does not say' : `says ${inForce[wrong]}`;
      return `after ${admin.timeoutMs} ms ${admin.read.path} still ${stated} for ${wrong}`;
    }
    sleep(POLL_SECONDS);
  }
}

/**
 * Sends one request with the flags in its header, and looks at the echo.
 * @returns `null`, or one line that says what went wrong
 */
export function requestWithFlags(control: Control, flags: FlagValues, body: string): string | null {
  const { api, switching } = control.config;
  if (switching?.echo === undefined) return null;
  const answer = http.request(api.method, control.config.baseUrl + api.endpoint, body, {
    ...paramsOf(control),
    headers: { ...control.headers, ...flagHeaders(switching, flags) },
  });
  const wrong = firstDifference(flags, parseFlags(headerOf(answer, switching.echo.header), switching.names));
  return wrong === null
    ? null
    : `the answer's ${switching.echo.header} does not echo ${wrong}=${flags[wrong] ?? ''}`;
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

function send(control: Control, { method, path, body }: Call): RefinedResponse<'text'> {
  const params = paramsOf(control);
  const headers = body === null ? params.headers : { ...params.headers, 'Content-Type': 'application/json' };
  return http.request(method, control.config.baseUrl + path, body, { ...params, headers });
}

function paramsOf({ config, headers }: Control) {
  return {
    headers,
    tags: { kind: 'control' },
    timeout: config.api.timeoutMs,
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
