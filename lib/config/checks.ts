/** Checks of an effective configuration; a wrong value in an environment's file is named with its place. */
import * as v from 'valibot';
import type { Api, Auth, Limits, MonitorProfile, Secret } from '../../thresholds/types.ts';
import type { Load } from './config.ts';
import { ConfigError } from './config-error.ts';
import { parseDuration } from '../format/duration.ts';
import { BASE_URL_PATTERN, secretVariable, withoutPassword, type Env } from './variables.ts';

const duration = v.pipe(
  v.string(),
  v.check((text) => (parseDuration(text) ?? 0) > 0, 'a duration such as 30s or 1m30s'),
);
const count = v.pipe(v.number(), v.integer('a whole number'), v.minValue(1, '1 or more'));
const stages = v.pipe(
  v.array(
    v.object({
      duration,
      target: v.pipe(v.number(), v.minValue(0, '0 or more'), v.finite('a finite number')),
    }),
  ),
  v.minLength(1, 'at least one step'),
  v.check((list) => list.some(({ target }) => target > 0), 'a step whose target is above 0'),
);
const thinkTimeSeconds = v.pipe(v.number(), v.minValue(0, '0 or more'), v.finite('a finite number'));
const header = v.record(
  v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header name')),
  v.pipe(v.string(), v.regex(/^[^\r\n]*$/, 'one line')),
);
const path = v.pipe(v.string(), v.regex(/^\/[^\s]*$/, 'a path that starts with / and holds no white space'));

const constantRate = v.object({
  perSecond: v.pipe(v.number(), v.gtValue(0, 'above 0')),
  duration,
  users: count,
  thinkTimeSeconds,
});
const loadSchemas = {
  stages: v.object({ stages, thinkTimeSeconds }),
  iterations: v.object({ total: count, users: count, maxDuration: duration, thinkTimeSeconds }),
  rate: constantRate,
  ramp: v.object({ steps: stages, users: count, thinkTimeSeconds }),
};

const fromZero = v.pipe(v.number(), v.minValue(0, '0 or more'), v.finite('a finite number'));

export const limitsSchema = v.object({
  p95Ms: v.optional(v.pipe(v.number(), v.gtValue(0, 'above 0'))),
  p99Ms: v.optional(v.pipe(v.number(), v.gtValue(0, 'above 0'))),
  errorRate: v.pipe(v.number(), v.minValue(0, 'a share from 0 to 1'), v.maxValue(1, 'a share from 0 to 1')),
  monitor: v.optional(
    v.strictObject({
      queueGrowthPerMinute: v.optional(fromZero),
      memoryGrowthMbPerMinute: v.optional(fromZero),
      dbPoolShare: v.optional(v.pipe(v.number(), v.gtValue(0, 'above 0'))),
      targetErrors: v.optional(fromZero),
      dropped: v.optional(fromZero),
    }),
  ),
});

const monitorSchema = v.object({
  intervalMs: v.pipe(v.number(), v.minValue(100, '100 ms or more'), v.maxValue(600_000, 'at most 600000 ms')),
  timeoutMs: v.pipe(v.number(), v.minValue(1, '1 ms or more'), v.maxValue(60_000, 'at most 60000 ms')),
  drainMs: v.pipe(fromZero, v.maxValue(60_000, 'at most 60000 ms')),
  paths: v.array(path),
  errorsPath: v.nullable(path),
  series: v.array(v.object({ pattern: v.pipe(v.string(), v.check(isExpression, 'a regular expression')) })),
});

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const apiSchema = v.object({
  method: v.picklist(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  endpoint: path,
  headers: header,
  payload: v.pipe(v.string(), v.regex(/^(mix|test|.+\.json)$/, 'mix, test, or the path of a .json file')),
  success: v.object({
    status: v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599))),
      v.minLength(1, 'at least one status'),
    ),
    contentType: v.nullable(v.string()),
  }),
  timeoutMs: v.pipe(v.number(), v.minValue(1, '1 ms or more'), v.maxValue(600_000, 'at most 600000 ms')),
  probe: v.object({ method: v.picklist(['GET', 'HEAD', 'POST', 'OPTIONS']), path }),
});

export function checkLoad(load: Load, file: string): void {
  check(loadSchemas['steps' in load ? 'ramp' : load.shape], load, `${file} load`);
}

export function checkLimits(limits: Limits, file: string): void {
  check(limitsSchema, limits, `${file} limits`);
}

export function checkApi(api: Api, file: string): void {
  check(apiSchema, api, `${file} api`);
}

export function checkMonitor(monitor: MonitorProfile, file: string): void {
  check(monitorSchema, monitor, `${file} monitor`);
}

export function checkBaseUrl(baseUrl: string, file: string): void {
  if (!BASE_URL_PATTERN.test(baseUrl)) {
    throw new ConfigError(
      `${file} baseUrl`,
      `'${withoutPassword(baseUrl)}'`,
      'an http:// or https:// address without query or fragment',
    );
  }
}

/** That the token, or what fetches it, is there; never what it is. */
export function checkAuth(auth: Auth, env: Env, file: string): void {
  switch (auth.type) {
    case 'none':
      return;
    case 'token':
      checkSecret(auth.token, env, file);
      return;
    case 'file':
      if (auth.path.trim() === '')
        throw new ConfigError(`${file} auth.path`, 'empty', 'a file with one token a line');
      return;
    case 'oauth2':
      if (!auth.tokenUrl.startsWith('/') && !BASE_URL_PATTERN.test(auth.tokenUrl)) {
        throw new ConfigError(
          `${file} auth.tokenUrl`,
          `'${auth.tokenUrl}'`,
          'an http(s) address, or a path below the base URL',
        );
      }
      checkSecret(auth.clientSecret, env, file);
  }
}

function checkSecret(secret: Secret, env: Env, file: string): void {
  if ('secretSource' in secret || secretVariable(env, secret.variable) !== undefined) return;
  throw new ConfigError(
    secret.variable,
    `missing, and ${file} takes its token from it`,
    `${secret.variable}=<token>, or auth: { type: 'none' } in ${file}`,
  );
}

export function check(schema: v.GenericSchema, value: unknown, place: string): void {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return;
  const [issue] = result.issues;
  const at = v.getDotPath(issue);
  throw new ConfigError(at === null ? place : `${place}.${at}`, shown(issue.input), issue.message);
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
