// All settings of the target: environment variables, read once at start, each error one line.
import { flagsFrom, isFlagName, type FlagName, type Flags } from './flags.ts';
import { parseInjection, type Injection } from './injection/injection.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the flag routes do wrong on purpose; see docs/target.md. */
export type FlagsFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'ignore'; readonly flag: FlagName }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'no-echo' };

/** What the workflow route does wrong on purpose; null for nothing. */
export type Fault =
  { readonly kind: 'status'; readonly status: number } | { readonly kind: 'html' | 'hang' | 'reset' };

export interface Settings {
  readonly port: number;
  readonly sinksPort: number;
  readonly databasePort: number;
  readonly host: string;
  /** A PostgreSQL server of the user's own; undefined starts the embedded one. */
  readonly databaseUrl: string | undefined;
  /** A Redis server of the user's own; undefined looks for one on PATH. */
  readonly redisUrl: string | undefined;
  readonly tokens: readonly string[];
  /** `ttlS`: lifetime of an issued token, seconds. */
  readonly oauth: { readonly clientId: string; readonly clientSecret: string; readonly ttlS: number };
  readonly flags: Flags;
  readonly allowFlagHeader: boolean;
  readonly adminFlags: boolean;
  readonly flagsFault: FlagsFault;
  readonly fault: Fault | null;
  /** Requests a minute and token; undefined for no limit. */
  readonly rateLimit: number | undefined;
  readonly injection: Injection;
  /** Simulated model latency of one unit of work, milliseconds. */
  readonly workMs: number;
  /** CPU load and event-loop delay are of the last whole period, milliseconds. */
  readonly metricsPeriodMs: number;
  /** Port of the backend's inspector, on loopback alone; undefined: it has none. */
  readonly inspectPort: number | undefined;
}

/**
 * The variables of a shell without those that configure SDKs and connections of the user's own programs: a sampler, a queue
 * or a proxy of theirs would change what the target exports.
 */
export function withoutForeignSettings(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(?:OTEL|LANGFUSE)_|_proxy$/i.test(name)),
  );
}

/** Reads all settings; throws an Error of one line that names the variable. */
export function readSettings(env: Environment): Settings {
  return {
    port: port(env, 'TARGET_PORT') ?? 3000,
    sinksPort: port(env, 'SINKS_PORT') ?? 0,
    databasePort: port(env, 'DB_PORT') ?? 0,
    host: env.TARGET_HOST ?? '127.0.0.1',
    databaseUrl: address(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: address(env, 'REDIS_URL', ['redis:', 'rediss:']),
    tokens: tokens(env),
    oauth: {
      clientId: env.OAUTH_CLIENT_ID ?? 'local-client',
      clientSecret: env.OAUTH_CLIENT_SECRET ?? 'local-secret',
      ttlS: number(env, 'TOKEN_TTL_S', 1, 86_400) ?? 3600,
    },
    flags: flagsFrom((name) => boolean(env, name)),
    allowFlagHeader: boolean(env, 'ALLOW_FLAG_HEADER') ?? false,
    adminFlags: oneOf(env, 'ADMIN_FLAGS', ['on', 'off']) !== 'off',
    flagsFault: parseFlagsFault(env.FLAGS_FAULT),
    fault: named('FAULT', () => parseFault(env.FAULT ?? null)),
    rateLimit: number(env, 'RATE_LIMIT', 1, 10_000_000),
    injection: named('INJECT', () => parseInjection(JSON.parse(env.INJECT ?? '{}'))),
    workMs: number(env, 'WORK_MS', 0, 10_000) ?? 2,
    metricsPeriodMs: number(env, 'METRICS_PERIOD_MS', 50, 60_000) ?? 1_000,
    inspectPort: port(env, 'INSPECT_PORT'),
  };
}

/** Reads `status:500`, `html`, `hang`, `reset` or null; throws an Error of one line. */
export function parseFault(text: unknown): Fault | null {
  if (text === null) return null;
  if (text === 'html' || text === 'hang' || text === 'reset') return { kind: text };
  const status = typeof text === 'string' ? /^status:([2-5]\d\d)$/.exec(text)?.[1] : undefined;
  if (status !== undefined) return { kind: 'status', status: Number(status) };
  throw new Error(
    `${JSON.stringify(text)} is none of "status:500" (any status), "html", "hang", "reset", null`,
  );
}

function parseFlagsFault(text: string | undefined): FlagsFault {
  if (text === undefined) return { kind: 'none' };
  if (text === 'no-echo') return { kind: 'no-echo' };
  const [kind, value = ''] = text.split(':');
  if (kind === 'ignore' && isFlagName(value)) return { kind, flag: value };
  if (kind === 'delay' && /^\d+$/.test(value)) return { kind, ms: Number(value) };
  throw new Error(`FLAGS_FAULT: "${text}" is none of ignore:FLAG, delay:MILLISECONDS, no-echo`);
}

function tokens(env: Environment): readonly string[] {
  const list = (env.TARGET_TOKENS ?? 'local-token').split(',').map((token) => token.trim());
  if (list.includes('')) throw new Error('TARGET_TOKENS: must be one or more tokens, separated by commas');
  return list;
}

function boolean(env: Environment, name: string): boolean | undefined {
  const value = oneOf(env, name, ['true', 'false']);
  return value === undefined ? undefined : value === 'true';
}

function oneOf(env: Environment, name: string, allowed: readonly string[]): string | undefined {
  const value = env[name];
  if (value !== undefined && !allowed.includes(value))
    throw new Error(`${name}: "${value}" must be ${allowed.join(' or ')}`);
  return value;
}

function number(env: Environment, name: string, min: number, max: number): number | undefined {
  const text = env[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new Error(`${name}: "${text}" must be a number from ${min} to ${max}`);
  return value;
}

function port(env: Environment, name: string): number | undefined {
  const value = number(env, name, 0, 65_535);
  if (value !== undefined && !Number.isInteger(value))
    throw new Error(`${name}: "${value}" must be a whole number`);
  return value;
}

function address(env: Environment, name: string, protocols: readonly string[]): string | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  // Not echoed whole: an address may hold a password.
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol))
    throw new Error(
      `${name}: must be an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );
  return text;
}

/** Runs `parse` and puts a name in front of its error. */
export function named<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
