/** What a run needs, made once at init from environment variables and files. */
import { ConfigError } from '../config/config-error.ts';
import { loadConfig, type LoadConfig } from '../config/config.ts';
import { parseDuration } from '../format/duration.ts';
import { headerVariable, type Env } from '../config/variables.ts';
import { k6Options } from '../load/options.ts';
import { plannedDurationMs, stagesOf } from '../config/planned-load.ts';
import { latencyKind } from '../metrics/latency-metrics.ts';
import { bodyRuleOf } from '../api/checks.ts';
import { flagHeaders } from '../api/flags.ts';
import { switchesByHeader } from '../config/switching.ts';
import { cumulative } from '../api/pick.ts';
import type { ScenarioName, Secret } from '../../thresholds/types.ts';
import { readInputs, refuseWithoutCommandLine, reportFolder, type Init } from './inputs.ts';
import type { SharedRun, UserSettings } from './shared-run.ts';

/** The run of a scenario, or the one line that says what is wrong with its settings. */
export default function makeRun(scenario: ScenarioName, init: Init): SharedRun | [settings: string] {
  const { env } = init;
  try {
    const found = loadConfig(scenario, env);
    const config = { ...found, reports: reportFolder(found, init) };
    if (config.flags !== null) refuseWithoutCommandLine(config, env);
    const { bodies, weights, tokens } = readInputs(config, init);
    const user = userSettings(config, weights, tokens.length, env);
    return [JSON.stringify(user), config, k6Options(config), ...bodies, ...tokens];
  } catch (error) {
    if (error instanceof ConfigError) return [JSON.stringify({ error: error.message })];
    throw error;
  }
}

/** A part of shared iterations does not know how many are its own. */
function watchedUntil({ monitor, load, part }: LoadConfig): UserSettings['watchedUntil'] {
  if (monitor === null) return null;
  if (load.shape !== 'iterations') return 'end';
  return part === null ? load.total : 'alone';
}

/** Headers with their values, and those of which only a secret source has them. */
function headersOf(
  { headers, secretHeaders }: LoadConfig['api'],
  env: Env,
): Pick<UserSettings, 'headers' | 'secretHeaders'> {
  const known = { ...headers };
  const asked: Record<string, Secret> = {};
  for (const [name, secret] of Object.entries(secretHeaders)) {
    if ('variable' in secret) known[name] = headerVariable(env, secret.variable) ?? '';
    else asked[name] = secret;
  }
  return { headers: known, ...(Object.keys(asked).length === 0 ? {} : { secretHeaders: asked }) };
}

function userSettings(
  config: LoadConfig,
  weights: readonly number[],
  tokenCount: number,
  env: Env,
): UserSettings {
  const { api, baseUrl, auth, seed, load, limits, flags, settings, switching } = config;
  const known = headersOf(api, env);
  let end = 0;
  const stages = stagesOf(load).map(({ duration }) => (end += parseDuration(duration) ?? 0));
  return {
    method: api.method,
    url: baseUrl + api.endpoint,
    ...known,
    headers: {
      ...known.headers,
      ...(flags !== null && switchesByHeader(switching)
        ? flagHeaders(switching, { ...switching, settings }, flags)
        : {}),
    },
    timeoutMs: api.timeoutMs,
    success: api.success,
    body: bodyRuleOf(api.success),
    ...(latencyKind(api) === 'firstByte' ? { latency: 'firstByte' as const } : {}),
    ...(api.completion === undefined ? {} : { completion: api.completion }),
    auth,
    tokenCount,
    baseUrl,
    upTo: cumulative(weights),
    seed,
    thinkTimeSeconds: load.thinkTimeSeconds,
    slowMs: limits.slowIsError === true ? (limits.p95Ms ?? null) : null,
    watchedUntil: watchedUntil(config),
    stageEndsMs: stages.length > 0 && plannedDurationMs(load) !== null ? stages : [],
  };
}
