/** Before anything else: is the target up, and does it accept the token? */
import { sleep } from 'k6';
import execution from 'k6/execution';
import http from 'k6/http';
import type { Target } from '../config/config.ts';
import { FAILURE } from '../metrics/setup-data.ts';
import { describeFailure } from '../summary/setup-failure.ts';
import { anyStatus, type Control } from './switch.ts';
import type { ExportedOptions } from './options-in-force.ts';
import { tokenNow, type TokenSource } from './token-source.ts';

const TRIES = 3;
const PAUSE_SECONDS = 1;

/** What k6 was told to leave out; its types do not have it. */
export function toldToSkip(): { noSetup?: boolean | null; noTeardown?: boolean | null } {
  return execution.test.options as object;
}

/** The message a run is ended with, and its code for the report. */
export class SetupFailure extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Where a run's configuration, options, token and bodies are. */
export interface ControlSource<C extends Target> {
  config: C;
  options: ExportedOptions;
  token: TokenSource;
  body: (index: number) => string;
}

/**
 * What calls of `kind:control` need: the token, once.
 * @throws SetupFailure where none can be had
 */
export async function controlOf(source: ControlSource<Target>): Promise<Control> {
  const config = source.config;
  try {
    const token = await tokenNow(source.token);
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return { config, headers: { ...config.api.headers, ...headers }, body: source.body(0) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupFailure(FAILURE.noToken, `${describeFailure(config, FAILURE.noToken)}: ${reason}`);
  }
}

/**
 * Asks the probe's path up to three times. Any answer but 401, 403 and 5xx counts as up.
 * @returns k6's version: it names it to scripts in the user agent of its requests only; null where that was replaced
 * @throws SetupFailure where no load would mean anything
 */
export function probe(config: Target, { headers }: Control): string | null {
  let code = 0;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (attempt > 1) sleep(PAUSE_SECONDS);
    const { status, k6Version } = askOnce(config, headers);
    if (status === 401 || status === 403) throw new SetupFailure(status, describeFailure(config, status));
    if (status > 0 && status < 500) return k6Version;
    code = status === 0 ? FAILURE.noAnswer : status;
  }
  throw new SetupFailure(code, describeFailure(config, code));
}

/** The probe's status, 0 where nothing answered. */
function askOnce(
  { api, baseUrl }: Target,
  headers: Record<string, string>,
): { status: number; k6Version: string | null } {
  const params = {
    headers,
    tags: { kind: 'control' },
    timeout: api.timeoutMs,
    redirects: 0,
    responseType: 'none' as const,
    responseCallback: anyStatus(),
    // An exception instead of k6's own warning: the run ends with one clear line.
    throw: true,
  };
  try {
    const { status, request } = http.request(api.probe.method, baseUrl + api.probe.path, null, params);
    const agent = request.headers['User-Agent']?.[0] ?? '';
    return { status, k6Version: /k6\/(\d+\.\d+\.\d+\S*)/.exec(agent)?.[1] ?? null };
  } catch {
    return { status: 0, k6Version: null };
  }
}
