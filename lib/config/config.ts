/** One validated configuration from environment variables, the environment's file and the scenario's defaults. */
import { api as defaultApi } from '../../thresholds/api.ts';
import { environments as allEnvironments } from '../../thresholds/environments.ts';
import { monitor as defaultMonitor } from '../../thresholds/monitor.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import type {
  Api,
  Auth,
  Duration,
  Environment,
  EnvironmentName,
  Flag,
  Limits,
  LoadProfile,
  MonitorProfile,
  PerSecond,
  ScenarioName,
  Seconds,
  Shape,
  Stage,
  Switching,
} from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import { checkApi, checkAuth, checkBaseUrl, checkLimits, checkLoad, checkMonitor } from './checks.ts';
import { FLAGS } from './flags.ts';
import { checkPart, partOf, type Part } from './part.ts';
import { secretVariable, variable, type Env } from './variables.ts';

/** The load of one run in the one shape it runs in. */
export type Load = { thinkTimeSeconds: Seconds } & (
  | { shape: 'stages'; stages: Stage[] }
  | { shape: 'iterations'; total: number; users: number; maxDuration: Duration }
  /** `steps` ramp from 0; `perSecond` is constant for `duration`. */
  | { shape: 'rate'; perSecond: PerSecond; duration: Duration; users: number }
  | { shape: 'rate'; steps: Stage[]; users: number }
);

/** What every run needs, whatever it measures. Holds no secret. */
export interface Target {
  environment: EnvironmentName;
  baseUrl: string;
  api: Api;
  auth: Auth;
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
  /** Flags to set for this run; `null` leaves the target as it is. */
  flags: Partial<Record<Flag, boolean>> | null;
  /** Which part of the load this generator has; `null`: all of it. */
  part: Part | null;
}

/** What a caller may hand in, for tests; the project's own otherwise. */
export interface Sources {
  environments?: Readonly<Record<string, Environment>>;
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
  const profile = scenarios[scenario];
  const changes = environment.scenarios?.[scenario] ?? {};
  const load = chooseLoad(env, { ...profile.load, ...changes.load });
  checkLoad(load, file);
  const limits = effectiveLimits(env, { ...profile.limits, ...changes.limits });
  checkLimits(limits, file);
  const common = target(env, name, environment, sources);
  if (common.monitor === null && limits.monitor !== undefined) {
    throw new ConfigError(
      'MONITOR',
      `off, and ${file} limits what the monitor sees`,
      'on, or no limits.monitor',
    );
  }
  const abort = variable(env, 'ABORT') ?? false;
  const flags = askedFlags(env);
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

/** The environment that TEST_ENV names, refused where it is protected and not confirmed. */
export function findEnvironment(
  env: Env,
  { environments = allEnvironments }: Sources = {},
): { name: EnvironmentName; environment: Environment } {
  const name = env.TEST_ENV?.trim() ? env.TEST_ENV.trim() : 'local';
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment === undefined) {
    throw new ConfigError('TEST_ENV', `'${name}'`, Object.keys(environments).join(', '));
  }
  if (environment.protected === true && variable(env, 'CONFIRM') !== name) {
    throw new ConfigError(
      'CONFIRM',
      `${name} is protected and not confirmed`,
      `CONFIRM=${name} to load it on purpose`,
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
  const file = `thresholds/${name}.ts`;
  const baseUrl = (variable(env, 'BASE_URL') ?? environment.baseUrl).replace(/\/+$/, '');
  checkBaseUrl(baseUrl, file);
  const api = effectiveApi(env, environment);
  checkApi(api, file);
  const token = secretVariable(env, 'AUTH_TOKEN');
  const auth: Auth =
    token === undefined ? environment.auth : { type: 'token', token: { variable: 'AUTH_TOKEN' } };
  checkAuth(auth, env, file);
  return {
    environment: name,
    baseUrl,
    api,
    auth,
    switching: environment.switching ?? null,
    monitor: effectiveMonitor(env, environment, file),
    seed: variable(env, 'SEED') ?? Math.floor(random() * 2 ** 32),
    machineClass: variable(env, 'MACHINE_CLASS') ?? null,
    background: variable(env, 'BACKGROUND') ?? null,
    reportDir: variable(env, 'REPORT_DIR') ?? null,
  };
}

function effectiveMonitor(env: Env, environment: Environment, file: string): MonitorProfile | null {
  if (variable(env, 'MONITOR') === false) return null;
  const profile = { ...defaultMonitor, ...environment.monitor };
  checkMonitor(profile, file);
  return profile;
}

function effectiveApi(env: Env, environment: Environment): Api {
  const api = { ...defaultApi, ...environment.api };
  return {
    ...api,
    headers: { ...defaultApi.headers, ...environment.api?.headers },
    endpoint: variable(env, 'ENDPOINT') ?? api.endpoint,
    payload: (variable(env, 'PAYLOAD') as Api['payload'] | undefined) ?? api.payload,
  };
}

function effectiveLimits(env: Env, limits: Limits): Limits {
  const p95Ms = variable(env, 'P95');
  return {
    ...limits,
    ...(p95Ms === undefined ? {} : { p95Ms }),
    errorRate: variable(env, 'ERROR_RATE') ?? limits.errorRate,
  };
}

/** The flags that were given, by variable; `null` where none was. */
function askedFlags(env: Env): Partial<Record<Flag, boolean>> | null {
  const asked: Partial<Record<Flag, boolean>> = {};
  for (const flag of FLAGS) {
    const value = variable(env, flag);
    if (value !== undefined) asked[flag] = value;
  }
  return Object.keys(asked).length === 0 ? null : asked;
}

/**
 * The one shape of this run. ITERATIONS implies `iterations`, STAGES implies `stages`, RATE implies `rate`; LOAD says
 * it outright.
 */
function chooseLoad(env: Env, profile: LoadProfile): Load {
  const total = variable(env, 'ITERATIONS');
  const users = variable(env, 'CONCURRENCY');
  const stages = variable(env, 'STAGES');
  const rate = variable(env, 'RATE');
  const shape = chooseShape(profile.shape, {
    LOAD: variable(env, 'LOAD'),
    ITERATIONS: total === undefined ? undefined : 'iterations',
    STAGES: stages === undefined ? undefined : 'stages',
    RATE: rate === undefined ? undefined : 'rate',
  });
  if (users !== undefined && shape !== 'iterations') {
    throw new ConfigError(
      'CONCURRENCY',
      `'${users}' with a load of ${shape}`,
      'CONCURRENCY with ITERATIONS or LOAD=iterations',
    );
  }
  const thinkTimeSeconds =
    variable(env, 'THINK_TIME') ?? profile.thinkTimeSeconds ?? (shape === 'stages' ? 1 : 0);
  switch (shape) {
    case 'stages':
      return { shape, stages: stages ?? profile.stages, thinkTimeSeconds };
    case 'iterations':
      return {
        shape,
        total: total ?? profile.iterations.total,
        users: users ?? profile.iterations.users,
        maxDuration: profile.iterations.maxDuration,
        thinkTimeSeconds,
      };
    case 'rate': {
      if (Array.isArray(rate)) return { shape, steps: rate, users: profile.rate.users, thinkTimeSeconds };
      return { shape, ...profile.rate, ...(rate === undefined ? {} : { perSecond: rate }), thinkTimeSeconds };
    }
  }
}

function chooseShape(byProfile: Shape, byVariable: Readonly<Record<string, Shape | undefined>>): Shape {
  const given = Object.entries(byVariable).flatMap(([name, shape]) =>
    shape === undefined ? [] : [{ name, shape }],
  );
  const [first, ...others] = given;
  const other = others.find(({ shape }) => shape !== first?.shape);
  if (first !== undefined && other !== undefined) {
    throw new ConfigError(
      other.name,
      `asks for a load of ${other.shape}, and ${first.name} for ${first.shape}`,
      'one load: LOAD=stages with STAGES, LOAD=iterations with ITERATIONS and CONCURRENCY, or LOAD=rate with RATE',
    );
  }
  return first?.shape ?? byProfile;
}
