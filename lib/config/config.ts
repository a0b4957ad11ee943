/** One validated configuration from environment variables, the environment's file and the scenario's defaults. */
import { api as defaultApi } from '../../thresholds/api.ts';
import { environments as allEnvironments } from '../../thresholds/environments.ts';
import { monitor as defaultMonitor } from '../../thresholds/monitor.ts';
import { scenarios as allScenarios } from '../../thresholds/scenarios.ts';
import type {
  Api,
  Auth,
  Environment,
  EnvironmentName,
  FlagValues,
  Limits,
  MonitorProfile,
  ScenarioName,
  ScenarioProfile,
  Secret,
  Switching,
} from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import { checkedFile } from './checked-files.ts';
import { askedFlags, checkArms, checkNames, checkSpokenOf, settingsOf } from './check-settings.ts';
import type { TargetSettings } from './settings.ts';
import { secretsOf } from './switching.ts';
import { chooseLoad, type Load } from './load.ts';
import { refuseMisspelt } from './misspelt-variables.ts';
import { checkPart, partOf, type Part } from './part.ts';
import { headerVariable, secretVariable, variable, type Env } from './variables.ts';

/** The API under test, with its headers in two: those whose values are known, and those that name a secret. */
export interface TargetApi extends Omit<Api, 'headers'> {
  headers: Readonly<Record<string, string>>;
  secretHeaders: Readonly<Record<string, Secret>>;
}

/** What every run needs, whatever it measures. Holds no secret. */
export interface Target {
  environment: EnvironmentName;
  baseUrl: string;
  api: TargetApi;
  auth: Auth;
  /** What its arms differ in. */
  settings: TargetSettings;
  switching: Switching | null;
  /** How the target is watched during the run; `null`: it is not. */
  monitor: MonitorProfile | null;
  seed: number;
  /** The kind of machine that loads: results of other kinds are no neighbours. `null`: not known. */
  machineClass: string | null;
  /** What else loads the target meanwhile, for the report; `null`: nothing that is known. */
  background: string | null;
  /** `null`: the project's own reports/. */
  reportDir: string | null;
}

/** The configuration of a load scenario. */
export interface LoadConfig extends Target {
  scenario: ScenarioName;
  load: Load;
  limits: Limits;
  /** End the run as soon as an upper limit is crossed. */
  abort: boolean;
  /** Settings for this run; `null` leaves the target as it is. */
  flags: FlagValues | null;
  /** Which part of the load this generator has; `null`: all of it. */
  part: Part | null;
}

/** What a caller may hand in, for tests; the project's own otherwise. */
export interface Sources {
  environments?: Readonly<Record<string, Environment>>;
  scenarios?: Readonly<Record<ScenarioName, ScenarioProfile>>;
  /** Draws a number in [0, 1). */
  random?: () => number;
}

/**
 * The configuration of a load scenario: environment variable, then environment file, then the scenario's default.
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function loadConfig(scenario: ScenarioName, env: Env, sources: Sources = {}): LoadConfig {
  const { name, environment } = findEnvironment(env, sources);
  const file = `thresholds/${name}.ts`;
  const { scenarios = allScenarios } = sources;
  const profile = checkedFile('scenarios', scenarios, 'thresholds/scenarios.ts')[scenario];
  const changes = environment.scenarios?.[scenario] ?? {};
  const load = chooseLoad(env, { ...profile.load, ...changes.load });
  const limits = effectiveLimits(env, profile.limits, changes.limits);
  const common = target(env, name, environment, sources);
  if (common.monitor === null && limits.monitor !== undefined) {
    throw new ConfigError(
      'MONITOR',
      `off, and ${file} limits what the monitor sees`,
      'expected on, or no limits.monitor',
    );
  }
  const abort = variable(env, 'ABORT') ?? false;
  const flags = askedFlags(env, common.settings);
  if (flags !== null && common.switching !== null) {
    checkSwitchingSecrets(common.switching, env, file);
  }
  const part = partOf(env);
  if (part !== null) {
    checkPart(part, { load, abort, flags: flags !== null, switching: common.switching }, file);
  }
  return {
    scenario,
    ...common,
    // One is enough to watch the target, and k6 gives a scenario of one user to the first part.
    monitor: part !== null && part.index > 1 ? null : common.monitor,
    load,
    limits,
    abort,
    flags,
    part,
  };
}

/**
 * The environment that TEST_ENV names, refused where it is protected and not confirmed.
 * @throws ConfigError also for anything in its file that is no setting
 */
export function findEnvironment(
  env: Env,
  { environments = allEnvironments }: Sources = {},
): { name: EnvironmentName; environment: Environment } {
  const name = env.TEST_ENV?.trim() ? env.TEST_ENV.trim() : 'local';
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment === undefined) {
    throw new ConfigError('TEST_ENV', `'${name}'`, `allowed: ${Object.keys(environments).join(', ')}`);
  }
  checkedFile('environment', environment, `thresholds/${name}.ts`);
  if (environment.protected === true && variable(env, 'CONFIRM') !== name) {
    throw new ConfigError(
      'CONFIRM',
      `${name} is protected and not confirmed`,
      `expected CONFIRM=${name} to load it on purpose`,
    );
  }
  return { name: name as EnvironmentName, environment };
}

/** What every run needs of an environment. */
export function target(
  env: Env,
  name: EnvironmentName,
  environment: Environment,
  { random = Math.random }: Sources,
): Target {
  refuseOtherSummary(env);
  const file = `thresholds/${name}.ts`;
  const token = secretVariable(env, 'AUTH_TOKEN');
  const auth: Auth =
    token === undefined ? environment.auth : { type: 'token', token: { variable: 'AUTH_TOKEN' } };
  checkToken(auth, env, file);
  const settings = settingsOf(environment, file);
  refuseMisspelt(env, Object.keys(settings.values));
  checkNames(environment.switching?.names, settings, `${file} switching.names`);
  checkSpokenOf(environment.switching, settings, `${file} switching`);
  checkArms(environment, settings, file);
  return {
    environment: name,
    baseUrl: (variable(env, 'BASE_URL') ?? environment.baseUrl).replace(/\/+$/, ''),
    api: effectiveApi(env, environment, file),
    auth,
    settings,
    switching: environment.switching ?? null,
    monitor: effectiveMonitor(env, environment),
    seed: variable(env, 'SEED') ?? Math.floor(random() * 2 ** 32),
    machineClass: variable(env, 'MACHINE_CLASS') ?? null,
    background: variable(env, 'BACKGROUND') ?? null,
    reportDir: variable(env, 'REPORT_DIR') ?? null,
  };
}

/** @throws ConfigError where a secret is missing that switching or its proof needs */
export function checkSwitchingSecrets(switching: Switching, env: Env, file: string): void {
  for (const { secret, what } of secretsOf(switching)) checkSecret(secret, env, file, what);
}

/** That the token, or what fetches it, is there; never what it is. */
function checkToken(auth: Auth, env: Env, file: string): void {
  const instead = `, or auth: { type: 'none' } in ${file}`;
  if (auth.type === 'token') checkSecret(auth.token, env, file, 'its token', instead, secretVariable);
  if (auth.type === 'oauth2') checkSecret(auth.clientSecret, env, file, 'its token', instead, secretVariable);
}

function checkSecret(
  secret: Secret,
  env: Env,
  file: string,
  what: string,
  instead = '',
  valueOf = headerVariable,
): void {
  if ('secretSource' in secret || valueOf(env, secret.variable) !== undefined) return;
  throw new ConfigError(
    secret.variable,
    `missing, and ${file} takes ${what} from it`,
    `expected ${secret.variable}=<secret>${instead}`,
  );
}

/** @throws ConfigError where the shell asks k6 for a summary of another kind */
function refuseOtherSummary({ K6_NEW_MACHINE_READABLE_SUMMARY: asked = '' }: Env): void {
  if (/^(|0|f|false)$/i.test(asked)) return;
  throw new ConfigError(
    'K6_NEW_MACHINE_READABLE_SUMMARY',
    `'${asked}' leaves out the percentiles that the report is made of`,
    'expected false',
  );
}

function effectiveMonitor(env: Env, environment: Environment): MonitorProfile | null {
  if (variable(env, 'MONITOR') === false) return null;
  return { ...checkedFile('monitor', defaultMonitor, 'thresholds/monitor.ts'), ...environment.monitor };
}

function effectiveApi(env: Env, environment: Environment, file: string): TargetApi {
  const api = { ...checkedFile('api', defaultApi, 'thresholds/api.ts'), ...environment.api };
  checkCompletion(api, file);
  const headers: Record<string, string> = {};
  const secretHeaders: Record<string, Secret> = {};
  for (const [name, value] of headersOf(defaultApi.headers, environment.api?.headers ?? {})) {
    if (typeof value === 'string') headers[name] = value;
    else secretHeaders[name] = value;
  }
  for (const [name, secret] of Object.entries(secretHeaders))
    checkSecret(secret, env, file, `the header ${name}`);
  return {
    ...api,
    headers,
    secretHeaders,
    // What says where the status stands is often a header alone.
    success: { ...api.success, ...(api.completion === undefined ? {} : { emptyBody: true }) },
    endpoint: variable(env, 'ENDPOINT') ?? api.endpoint,
    payload: variable(env, 'PAYLOAD') ?? api.payload,
  };
}

/** All headers; one whose name differs from an earlier one in case alone takes its place, as in a request. */
function headersOf(...all: readonly Api['headers'][]): (readonly [name: string, value: string | Secret])[] {
  const byName = new Map<string, readonly [name: string, value: string | Secret]>();
  for (const entry of all.flatMap((headers) => Object.entries(headers)))
    byName.set(entry[0].toLowerCase(), entry);
  return [...byName.values()];
}

/** @throws ConfigError where a workflow cannot be followed */
function checkCompletion({ completion, latency, timeoutMs }: Api, file: string): void {
  if (completion === undefined) return;
  if (latency === 'firstByte') {
    throw new ConfigError(
      `${file} api.latency`,
      'firstByte decides by the answer to the request, and api.completion by the end of the workflow',
      'expected one of them',
    );
  }
  if (completion.everyMs < timeoutMs) return;
  throw new ConfigError(
    `${file} api.completion.everyMs`,
    `${completion.everyMs}, and timeoutMs gives a workflow up after ${timeoutMs} ms`,
    'expected less',
  );
}

/** What an environment leaves out stays, of the monitor's limits as well. */
function effectiveLimits(env: Env, ofScenario: Limits, changes: Partial<Limits> = {}): Limits {
  const limits = { ...ofScenario, ...changes };
  const monitor = { ...ofScenario.monitor, ...changes.monitor };
  const p95Ms = variable(env, 'P95');
  return {
    ...limits,
    ...(Object.keys(monitor).length === 0 ? {} : { monitor }),
    ...(p95Ms === undefined ? {} : { p95Ms }),
    errorRate: variable(env, 'ERROR_RATE') ?? limits.errorRate,
  };
}
