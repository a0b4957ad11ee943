/** Before any load: is the target up, is the token accepted, are the flags as asked for? */
import { sleep } from 'k6';
import execution from 'k6/execution';
import http from 'k6/http';
import { describeFailure, FAILURE, type SetupData } from '../result/setup-data.ts';
import type { LoadConfig } from '../config/config.ts';
import { formatFlags } from '../workflow/flags.ts';
import { anyStatus, readFlags, requestWithFlags, writeFlags, type Control } from './switch.ts';
import type { Shared } from './shared.ts';
import { tokenOf } from './token.ts';

const TRIES = 3;
const PAUSE_SECONDS = 1;

/** The message a run is ended with, and its code for the report. */
export class SetupFailure extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Probes the target, and switches its flags where some are given.
 * @throws SetupFailure where no load would mean anything
 */
export async function setup(shared: Shared): Promise<SetupData> {
  const config = shared.config();
  const control = await controlOf(shared);
  probe(config, control);
  const k6Version = /\d+\.\d+\.\d+\S*/.exec(execution.test.options.userAgent ?? '')?.[0] ?? null;
  return { k6Version, ...switchFlags(config, control, shared.body(0)), loadStartedAt: Date.now() };
}

/** What calls of `kind:control` need: the token, once. */
export async function controlOf(shared: Shared): Promise<Control> {
  const config = shared.config();
  try {
    const token = await tokenOf(shared.user, shared.token)();
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return { config, headers: { ...config.api.headers, ...headers } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupFailure(FAILURE.noToken, `${describeFailure(config, FAILURE.noToken)}: ${reason}`);
  }
}

/** Any answer but 401, 403 and 5xx counts as up. */
function probe(config: LoadConfig, { headers }: Control): void {
  let code = 0;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (attempt > 1) sleep(PAUSE_SECONDS);
    const status = statusOf(config, headers);
    if (status === 401 || status === 403) throw new SetupFailure(status, describeFailure(config, status));
    if (status > 0 && status < 500) return;
    code = status === 0 ? FAILURE.noAnswer : status;
  }
  throw new SetupFailure(code, describeFailure(config, code));
}

/** The probe's status, 0 where nothing answered. */
function statusOf({ api, baseUrl }: LoadConfig, headers: Record<string, string>): number {
  const params = {
    headers,
    tags: { kind: 'control' },
    timeout: api.timeoutMs,
    responseType: 'none' as const,
    responseCallback: anyStatus(),
    // An exception instead of k6's own warning: the run ends with one clear line.
    throw: true,
  };
  try {
    return http.request(api.probe.method, baseUrl + api.probe.path, null, params).status;
  } catch {
    return 0;
  }
}

/** Switches the target to the flags asked for, by admin call where it has one, else by a header on every request. */
function switchFlags(
  config: LoadConfig,
  control: Control,
  body: string,
): Pick<SetupData, 'switchedBy' | 'found'> {
  const { flags, switching } = config;
  if (flags === null) return { switchedBy: null, found: null };
  if (switching?.admin !== undefined) {
    const found = readFlags(control);
    const problem = writeFlags(control, flags);
    if (problem !== null) throw notSwitched(config, problem);
    return { switchedBy: 'admin', found };
  }
  if (switching?.header !== undefined) {
    const problem = requestWithFlags(control, flags, body);
    if (problem !== null) throw notSwitched(config, problem);
    return { switchedBy: 'header', found: null };
  }
  console.warn(`the target cannot be switched: ${formatFlags(flags)} only labels the result`);
  return { switchedBy: 'label', found: null };
}

function notSwitched(config: LoadConfig, problem: string): SetupFailure {
  return new SetupFailure(FAILURE.notSwitched, `${describeFailure(config, FAILURE.notSwitched)}: ${problem}`);
}
