/** Before anything else: is the target up, and does it accept the token? */
import execution from 'k6/execution';
import { Client } from '../api/client.ts';
import { askCommandLine, hasCommandLine } from '../api/commands.ts';
import { switchTimeoutMs } from '../config/switching.ts';
import { describeAnswer, isRedirect, certificateProblem, TargetProblem } from '../api/target-problem.ts';
import type { UserToken } from '../api/user-token.ts';
import type { Target } from '../config/config.ts';
import { FAILURE } from '../metrics/setup-data.ts';
import { describeFailure } from '../summary/setup-failure.ts';
import type { ExportedOptions } from './options-in-force.ts';
import { readSecret, readSecretHeaders } from './secret-headers.ts';
import { send } from './send.ts';

const TRIES = 3;

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
  token: UserToken;
  body: (index: number) => string;
}

/**
 * The target, and a token for it.
 * @param baseUrl of one of its deployments
 * @throws SetupFailure where there is none
 */
export async function clientOf(
  source: ControlSource<Target>,
  baseUrl = source.config.baseUrl,
): Promise<Client> {
  const { token } = source;
  const config = { ...source.config, baseUrl };
  const client = new Client({
    config,
    ...(hasCommandLine(__ENV)
      ? { runCommand: askCommandLine(send, __ENV, switchTimeoutMs(config.switching)) }
      : {}),
    send,
    token,
    secretHeaders: () => readSecretHeaders(config.api.secretHeaders),
    secret: (secret) => readSecret(secret, 'of switching'),
    body: source.body(0),
    now: () => Date.now(),
    sleep: pause,
  });
  await orFailure(config, FAILURE.noToken, client.headers());
  return client;
}

/** What the target is asked for. @throws SetupFailure of that code with what the target says instead */
export async function orFailure<T>(config: Target, code: number, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TargetProblem)) throw error;
    throw new SetupFailure(code, `${describeFailure(config, code)}: ${error.message}`);
  }
}

/** Lets requests under way go on. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/**
 * Asks the probe's path up to three times. Any answer but 3xx, 401, 403 and 5xx counts as up.
 * @returns k6's version: it names it to scripts in the user agent of its requests only; null where that was replaced
 * @throws SetupFailure where no load would mean anything
 */
export async function probe(config: Target, client: Client): Promise<string | null> {
  const answer = await client.probe(TRIES);
  const { status, userAgent = '' } = answer;
  if (status === 0) {
    const code = FAILURE[certificateProblem(answer) ?? 'noAnswer'];
    throw new SetupFailure(code, `${describeFailure(config, code)}: ${answer.error ?? ''}`);
  }
  if (status >= 500) throw new SetupFailure(status, describeFailure(config, status));
  if (status === 401 || status === 403) throw new SetupFailure(status, describeFailure(config, status));
  if (isRedirect(status)) {
    throw new SetupFailure(status, describeFailure(config, status, describeAnswer(answer)));
  }
  return /k6\/(\d+\.\d+\.\d+\S*)/.exec(userAgent)?.[1] ?? null;
}
