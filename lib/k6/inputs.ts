/** Files that a run reads at init: payloads and tokens; and the folder that its reports go to. */
import { ConfigError, type Right } from '../config/config-error.ts';
import type { Target } from '../config/config.ts';
import { refusePart } from '../config/part.ts';
import type { Env } from '../config/variables.ts';
import { isFile, payloads, type Payloads } from '../api/payloads.ts';
import { tokensOf } from '../api/token-file.ts';
import { hasCommandLine } from '../api/commands.ts';
import { cumulative } from '../api/pick.ts';
import { commandPlace } from '../config/switching.ts';
import { DISARMING } from '../load/disarming.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import type { Auth } from '../../thresholds/types.ts';

/** Reads a text file; k6's `open`. */
export type Open = (path: string) => string;

/** What k6 has when a script is read. */
export interface Init {
  env: Env;
  open: Open;
  /** The address of the project's own reports/, as the bundle finds it. */
  ownReports: string;
}

/** What a run sends. */
export interface Inputs extends Payloads {
  /** Tokens to spread over the users: from a file, or the one of an environment variable. */
  tokens: string[];
}

/** Where a run's reports go. */
export interface ReportFolder {
  path: string;
  /** No such folder was there at init: k6 creates none. Inside an archive nothing is known of it. */
  missing: boolean;
}

/** A configuration with the folder that its reports go to. */
export type Reported<C extends Target> = C & { reports: ReportFolder };

/** What an experiment sends, as its virtual user and the end of the run share it. */
export interface SharedInputs {
  bodies: string[];
  /** Running sums of the bodies' weights. */
  upTo: number[];
  tokens: string[];
}

/**
 * The inputs of an experiment, and its configuration with the folder that its reports go to.
 * @throws ConfigError one line about a file, or about a part: an experiment has none
 */
export function readBodies<C extends Target>(found: C, init: Init): SharedInputs & { config: Reported<C> } {
  refusePart(init.env);
  const config = { ...found, reports: reportFolder(found, init) };
  const { bodies, weights, tokens } = readInputs(config, init);
  return { config, bodies, upTo: cumulative(weights), tokens };
}

/**
 * Reads what the configuration names.
 * @throws ConfigError one line about the file
 */
export function readInputs(config: Target, { env, open }: Init): Inputs {
  refuseDisarmed(env);
  const tokens = givenTokens(config.auth, env, open);
  return { ...payloads(config.api, payloadFile(config, env, open)), tokens };
}

/**
 * A command is run by the command line, to which k6 hands each switch.
 * @throws ConfigError where k6 was started by hand
 */
export function refuseWithoutCommandLine(
  { scenario, environment, switching }: Target & { scenario: string },
  env: Env,
): void {
  const place = commandPlace(switching);
  if (place === null || hasCommandLine(env)) return;
  const command = Object.hasOwn(scenarios, scenario) ? `run -- ${scenario}` : `${scenario} --`;
  throw new ConfigError(
    `thresholds/${environment}.ts ${place}`,
    'is a command, and k6 can run none',
    `expected \`npm run ${command} --env ${environment}\`, which runs it`,
  );
}

/**
 * A shell hands such a variable down to every k6, where nobody asked for it; whoever wants it says so by k6's option.
 * @throws ConfigError in that case
 */
function refuseDisarmed(env: Env): void {
  for (const name of DISARMING) {
    const value = env[name] ?? '';
    if (/^(1|t|true)$/i.test(value)) {
      const option = name.slice('K6'.length).toLowerCase().replaceAll('_', '-');
      throw new ConfigError(
        name,
        `'${value}' is inherited from the shell`,
        `expected it unset, or k6's option -${option}`,
      );
    }
  }
}

/** The path of a `file:` address; k6 writes to paths only. */
function pathOf(address: string): string {
  return decodeURIComponent(address.replace(/^file:\/\/(?:\/(?=[A-Za-z]:))?/, ''));
}

/** Tokens that need not be asked for. */
function givenTokens(auth: Auth, env: Env, open: Open): string[] {
  if (auth.type === 'file') {
    return tokensOf(
      read(auth.path, env, open, 'auth.path', 'expected a file with one token per line'),
      auth.path,
    );
  }
  if (auth.type === 'token' && 'variable' in auth.token) return [(env[auth.token.variable] ?? '').trim()];
  return [];
}

function payloadFile({ api }: Target, env: Env, open: Open): string | null {
  if (!isFile(api.payload)) return null;
  return read(
    api.payload,
    env,
    open,
    'PAYLOAD',
    'expected mix, test, or the path of a file from the working directory; for an archive an absolute one',
  );
}

function read(path: string, env: Env, open: Open, setting: string, right: Right): string {
  try {
    return open(fromWorkingDirectory(path, env));
  } catch {
    throw new ConfigError(setting, `'${path}' cannot be read`, right);
  }
}

/**
 * The folder for reports. Whether it is there only the file system can say: an archive holds none of its folders, and is made
 * and inspected where no report is written.
 */
export function reportFolder({ reportDir }: Target, { env, open, ownReports }: Init): ReportFolder {
  const path = reportDir ?? pathOf(ownReports);
  try {
    open(fromWorkingDirectory(path, env));
    return { path, missing: true }; // a file
  } catch (error) {
    // In k6's words: a folder cannot be opened, a file system has "no such file", an archive a file that "does not exist".
    return { path, missing: !/directories|does not exist/.test(String(error)) };
  }
}

/** k6's `open` resolves from the script; people mean the folder they stand in. */
function fromWorkingDirectory(path: string, env: Env): string {
  const absolute = /^([/\\]|[A-Za-z]:)/.test(path);
  return absolute || env.PWD === undefined ? path : `${env.PWD}/${path}`;
}
