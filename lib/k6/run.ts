/** What a run needs, made once at init from environment variables and files. */
import { ConfigError } from '../config/config-error.ts';
import { loadConfig, type LoadConfig } from '../config/config.ts';
import { parseDuration } from '../config/duration.ts';
import type { Env } from '../config/variables.ts';
import { k6Options, type K6Options } from '../load/options.ts';
import { plannedDurationMs, stagesOf } from '../load/plan.ts';
import { flagHeaders } from '../workflow/flags.ts';
import { payloads } from '../workflow/payloads.ts';
import { cumulative } from '../workflow/pick.ts';
import type { Auth, ScenarioName, SuccessRule } from '../../thresholds/types.ts';

/** What every virtual user holds: kept small, since it is held once for each of them. */
export interface UserSettings {
  method: string;
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  success: SuccessRule;
  auth: Auth;
  /** How many tokens are spread over the users, where they come from a file. */
  tokenCount: number;
  baseUrl: string;
  /** Running sums of the payloads' weights. */
  upTo: number[];
  seed: number;
  thinkTimeSeconds: number;
  /** An answer that takes this long is an error; `null`: none is. */
  slowMs: number | null;
  /** When each stage ends, in ms from the start; one stage needs no tag. */
  stageEndsMs: number[];
}

/** Everything that is shared by all users of a run. */
export interface Run {
  config: LoadConfig;
  options: K6Options;
  user: UserSettings;
  bodies: string[];
  tokens: string[];
}

/** Reads a text file; k6's `open`. */
export type Open = (path: string) => string;

/**
 * The run of a scenario, or the one line that says what is wrong with its settings.
 * @param defaultReportDir the project's own reports/, as the bundle finds it
 */
export function makeRun(
  scenario: ScenarioName,
  env: Env,
  open: Open,
  defaultReportDir: string,
): Run | { error: string } {
  try {
    const found = loadConfig(scenario, env);
    const config = { ...found, reportDir: found.reportDir ?? defaultReportDir };
    checkReportDir(config.reportDir, env, open);
    const tokens = config.auth.type === 'file' ? readTokens(config.auth.path, env, open) : [];
    const { bodies, weights } = payloads(config.api.payload, payloadFile(config, env, open));
    return {
      config,
      options: k6Options(config),
      user: userSettings(config, weights, tokens.length),
      bodies,
      tokens,
    };
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw error;
  }
}

function userSettings(config: LoadConfig, weights: readonly number[], tokenCount: number): UserSettings {
  const { api, baseUrl, auth, seed, load, limits, flags, switching } = config;
  const byHeader = flags !== null && switching !== null && switching.admin === undefined;
  let end = 0;
  const stages = stagesOf(load).map(({ duration }) => (end += parseDuration(duration) ?? 0));
  return {
    method: api.method,
    url: baseUrl + api.endpoint,
    headers: { ...api.headers, ...(byHeader ? flagHeaders(switching, flags) : {}) },
    timeoutMs: api.timeoutMs,
    success: api.success,
    auth,
    tokenCount,
    baseUrl,
    upTo: cumulative(weights),
    seed,
    thinkTimeSeconds: load.thinkTimeSeconds,
    slowMs: limits.slowIsError === true ? (limits.p95Ms ?? null) : null,
    stageEndsMs: stages.length > 0 && plannedDurationMs(load) !== null ? stages : [],
  };
}

function payloadFile({ api }: LoadConfig, env: Env, open: Open): string | null {
  if (!api.payload.endsWith('.json')) return null;
  return read(
    api.payload,
    env,
    open,
    'PAYLOAD',
    'mix, test, or the path of a .json file from the working directory',
  );
}

function readTokens(path: string, env: Env, open: Open): string[] {
  const place = 'auth.path';
  const tokens = read(path, env, open, place, 'a file with one token a line')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (tokens.length === 0)
    throw new ConfigError(place, `${path} holds no token`, 'a file with one token a line');
  const wrong = tokens.findIndex((token) => /[^\x21-\x7e]/.test(token));
  if (wrong >= 0) {
    throw new ConfigError(
      place,
      `${path}: token ${wrong + 1} holds characters that a header cannot carry`,
      'one token a line',
    );
  }
  return tokens;
}

function read(path: string, env: Env, open: Open, setting: string, allowed: string): string {
  try {
    return open(fromWorkingDirectory(path, env));
  } catch {
    throw new ConfigError(setting, `'${path}' cannot be read`, allowed);
  }
}

/** Reports are what a run is for: a folder that is missing would lose them all, and k6 would still exit 0. */
function checkReportDir(folder: string, env: Env, open: Open): void {
  try {
    open(fromWorkingDirectory(folder, env));
  } catch (error) {
    // k6 refuses to open a folder that exists with a message of its own.
    if (String(error).includes('directories')) return;
  }
  throw new ConfigError('REPORT_DIR', `'${folder}' is not a folder`, 'a folder that exists');
}

/** k6's `open` resolves from the script; people mean the folder they stand in. */
function fromWorkingDirectory(path: string, env: Env): string {
  const absolute = /^([/\\]|[A-Za-z]:)/.test(path);
  return absolute || env.PWD === undefined ? path : `${env.PWD}/${path}`;
}
