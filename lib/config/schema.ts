/** What a team may write in thresholds/: each object with the properties that there are, and no others. */
import * as v from 'valibot';
import { scenarios } from '../../thresholds/scenarios.ts';
import type {
  AnswerRule,
  Api,
  AttributionProfile,
  Auth,
  CallAddress,
  CapacityProfile,
  Completion,
  CostLimits,
  Environment,
  Json,
  Limits,
  LoadProfile,
  MonitorLimits,
  MonitorProfile,
  OverheadProfile,
  ProfileSettings,
  Proof,
  ScenarioChanges,
  ScenarioName,
  ScenarioProfile,
  Secret,
  SeriesPattern,
  ServerTime,
  Settings,
  Statement,
  StreamProfile,
  SuccessRule,
  SwitchCall,
  Switching,
} from '../../thresholds/types.ts';
import type { Right } from './config-error.ts';
import {
  absolute,
  aboveZero,
  aboveZeroTo,
  addressOrPath,
  anyText,
  arm,
  baseUrl,
  bool,
  budgetMs,
  changesOf,
  count,
  design,
  duration,
  either,
  fromZero,
  inspector,
  leastSeconds,
  limitMs,
  list,
  mode,
  number,
  object,
  oneOf,
  optional,
  path,
  payload,
  perSecond,
  shape,
  share,
  stages,
  text,
  thinkTimeSeconds,
  timeoutMs,
  within,
  type Field,
  type Fields,
} from './fields.ts';

export const SCENARIOS = Object.keys(scenarios) as ScenarioName[];

const settleSeconds = within('seconds', 0, 600);
const seconds = aboveZeroTo('seconds', 3_600);
const arrivals = oneOf('poisson', 'even');
const method = oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
const headerName = text('expected the name of a header', /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);
const headerValue = text('expected one line', /^[^\r\n]*$/);
const expression = v.pipe(anyText, v.check(isExpression, 'expected a regular expression'));
const json = v.custom<Json>(
  (value) => value !== undefined && typeof value !== 'function',
  'expected a JSON value',
);

const statuses = list('expected at least one status', within('a status', 100, 599, true));
const values = v.record(v.string(), json, 'expected values by their path');
const ANSWER_RULE = "expected { status: [200] }, { json: { state: 'done' } } or both";
const answerRule: Field<AnswerRule> = v.pipe(
  object<AnswerRule>({ status: optional(statuses), json: optional(values) }),
  v.check(
    (rule) => Object.keys({ ...rule, ...rule.json }).length > (rule.json === undefined ? 0 : 1),
    ANSWER_RULE,
  ),
);
const pathWithValue = text(
  'expected a path in which {…} names a value of the answer, such as /jobs/{id}',
  /^\/\S*\{[^{}]+\}\S*$/,
);

const loadFields: Fields<LoadProfile> = {
  shape,
  stages: stages(
    'expected steps such as { duration: "30s", target: 10 }, with a target above 0 in one',
    number('expected users from 0 on', { least: 0, whole: true }),
  ),
  iterations: object<LoadProfile['iterations']>({ total: count, users: count, maxDuration: duration }),
  rate: object<LoadProfile['rate']>({ perSecond, duration, users: count }),
  thinkTimeSeconds: optional(thinkTimeSeconds),
};

const limitFields: Fields<Limits> = {
  p95Ms: optional(limitMs),
  p99Ms: optional(limitMs),
  errorRate: share,
  slowIsError: optional(bool),
  monitor: optional(
    object<MonitorLimits>({
      queueGrowthPerMinute: optional(fromZero),
      memoryGrowthMbPerMinute: optional(fromZero),
      dbPoolShare: optional(aboveZero),
      targetErrors: optional(fromZero),
      dropped: optional(fromZero),
    }),
  ),
};

const secret: Field<Secret> = either<Secret>((value) =>
  'secretSource' in value
    ? object<{ secretSource: string }>({ secretSource: anyText })
    : object<{ variable: string }>({ variable: anyText }),
);

const auth: Field<Auth> = either<Auth>(({ type }) => {
  switch (type) {
    case 'token':
      return object<Auth & { type: 'token' }>({ type: oneOf('token'), token: secret });
    case 'file':
      return object<Auth & { type: 'file' }>({
        type: oneOf('file'),
        path: text('expected the path of a file with one token per line', /\S/),
      });
    case 'oauth2':
      return object<Auth & { type: 'oauth2' }>({
        type: oneOf('oauth2'),
        tokenUrl: addressOrPath,
        clientId: anyText,
        clientSecret: secret,
        scope: optional(anyText),
      });
    default:
      return object<Auth & { type: 'none' }>({
        type: oneOf('none', 'token', 'file', 'oauth2') as Field<'none'>,
      });
  }
});

const headerOrSecret = v.lazy((value): Field<string | Secret> =>
  typeof value === 'object' ? secret : headerValue,
);

const apiFields: Fields<Api> = {
  method,
  endpoint: path,
  headers: v.record(headerName, headerOrSecret, 'expected headers by name'),
  payload,
  success: object<SuccessRule>({
    status: statuses,
    contentType: v.nullable(anyText),
    json: optional(values),
    fresh: optional(anyText),
    text: optional(
      either<NonNullable<SuccessRule['text']>>((value) =>
        'pattern' in value
          ? object<{ pattern: string }>({ pattern: expression })
          : object<{ contains: string }>({ contains: anyText }),
      ),
    ),
    emptyBody: optional(bool),
  }),
  latency: optional(oneOf('answer', 'firstByte')),
  completion: optional(
    object<Completion>({
      statusAt: either<Completion['statusAt']>((value) => {
        if ('path' in value) return object<{ path: string }>({ path: pathWithValue });
        if ('json' in value) return object<{ json: string }>({ json: anyText });
        return object<{ header: string }>({ header: headerName });
      }),
      done: answerRule,
      failed: optional(answerRule),
      everyMs: timeoutMs,
    }),
  ),
  serverTime: optional(
    object<ServerTime>({
      header: headerName,
      metric: optional(
        text('expected the name of a metric in Server-Timing', /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/),
      ),
      unit: optional(oneOf('s', 'ms', 'us')),
    }),
  ),
  timeoutMs,
  keepCookies: optional(bool),
  probe: object<Api['probe']>({ method: oneOf('GET', 'HEAD', 'POST', 'OPTIONS'), path }),
};

const settingValue = v.union(
  [v.pipe(v.string(), v.regex(/^[^\r\n]+$/)), v.pipe(v.number(), v.finite()), v.boolean()],
  'expected a text of one line, a number, true or false',
);
/** It is the name of a variable, a tag of metrics, and part of an arm's name. */
const settingName = text('expected a name of letters, digits, ., _ and -', /^[A-Za-z_][\w.-]{0,63}$/);
const byName = <T>(item: Field<T>, right: Right): Field<Record<string, T>> =>
  v.record(settingName, item, right);

export const settingsField = object<Settings>({
  values: byName(
    object<Settings['values'][string]>({ off: optional(settingValue), on: optional(settingValue) }),
    'expected settings by name, such as { TRACING: {} }',
  ),
  main: optional(settingName),
  arms: optional(
    byName(byName(settingValue, 'expected values by setting'), 'expected settings by the name of the arm'),
  ),
});

const callHeaders = v.record(headerName, headerOrSecret, 'expected headers by name');

const ownAuth = v.lazy((value): Field<Secret | true> =>
  typeof value === 'object' && value !== null
    ? secret
    : v.literal(true, "expected a secret by its name, such as { variable: 'FLAGS_TOKEN' }, or true"),
);

/** With the address of a call: a path of the target, or one of its own. */
function addressed<T extends CallAddress>(
  value: object,
  fields: Fields<Omit<T, 'path' | 'url' | 'auth'>>,
): Field<T> {
  const address =
    'url' in value
      ? { url: absolute, auth: optional(ownAuth) }
      : { path, auth: optional(v.literal(false, 'allowed: false')) };
  return object({ ...address, ...fields } as unknown as Fields<T>);
}

const settingNames = list('expected names of settings', settingName);

const switchCall: Field<SwitchCall> = either<SwitchCall>((value) =>
  addressed<SwitchCall>(value, {
    method: oneOf('PUT', 'POST', 'PATCH', 'DELETE'),
    settings: optional(settingNames),
    headers: optional(callHeaders),
    body: json,
  }),
);

const statement: Fields<Statement> = {
  values: optional(v.record(v.string(), settingValue, 'expected values by what the target says')),
  pattern: optional(expression),
  contains: optional(v.literal(true, 'allowed: true')),
  settings: optional(settingNames),
};

function counter<T extends Proof & { by: 'counter' | 'uptime' }>(value: object, fields: object): Field<T> {
  const number =
    'pattern' in value ? { pattern: expression } : { readAt: v.string('expected the path of a number') };
  return addressed<T>(value, { ...number, headers: optional(callHeaders), ...fields } as never);
}

const proof: Field<Proof> = either<Proof>((value) => {
  switch (value.by) {
    case 'read':
      return addressed<Proof & { by: 'read' }>(value, {
        by: oneOf('read'),
        method: oneOf('GET', 'POST'),
        readAt: v.string('expected the path of the settings in the answer'),
        headers: optional(callHeaders),
        inARow: optional(within('a whole number', 1, 100, true)),
        ...statement,
      });
    case 'counter':
      return counter(value, {
        by: oneOf('counter'),
        settings: optional(settingNames),
      });
    case 'uptime':
      return counter(value, { by: oneOf('uptime'), unit: optional(oneOf('s', 'ms')) });
    default: {
      const where = 'json' in value ? { json: anyText } : { header: headerName };
      return object<Proof & { by: 'echo' }>({
        by: oneOf('echo', 'read', 'counter', 'uptime') as Field<'echo'>,
        ...where,
        instance: optional(headerName),
        ...statement,
      });
    }
  }
});

const toSwitch = {
  proof: v.lazy((value): Field<Proof[] | 'none'> =>
    Array.isArray(value)
      ? list('expected at least one proof', proof)
      : v.literal('none', "expected a list of proofs, or 'none'"),
  ),
  header: optional(object({ name: text('expected the name of a header', /^[^\s:]+$/), value: headerValue })),
  values: optional(object({ true: settingValue, false: settingValue })),
  names: optional(byName(anyText, "expected the target's names by setting")),
};

type Swap = NonNullable<(Switching & { by: 'deployments' })['swap']>;
const switching: Field<Switching> = either<Switching>((value) => {
  switch (value.by) {
    case 'call':
      return object<Switching & { by: 'call' }>({
        by: oneOf('call'),
        write: v.lazy((write): Field<SwitchCall | SwitchCall[]> =>
          Array.isArray(write) ? list('expected at least one call', switchCall) : switchCall,
        ),
        timeoutMs,
        usual: optional(arm),
        ...toSwitch,
      });
    case 'command':
      return object<Switching & { by: 'command' }>({
        by: oneOf('command'),
        run: v.lazy((run): Field<string | Record<string, string>> =>
          typeof run === 'object' && run !== null
            ? v.record(v.string(), anyText, 'expected commands by arm')
            : anyText,
        ),
        timeoutMs,
        readyTimeoutMs: timeoutMs,
        usual: optional(arm),
        ...toSwitch,
      });
    case 'deployments':
      return object<Switching & { by: 'deployments' }>({
        by: oneOf('deployments'),
        urls: v.record(v.string(), baseUrl, 'expected base URLs by arm'),
        swap: optional(
          either<Swap>((swap) =>
            'call' in swap
              ? object<Swap & { call: SwitchCall }>({ call: switchCall, timeoutMs })
              : object<Swap & { command: string }>({ command: anyText, timeoutMs }),
          ),
        ),
        ...toSwitch,
      });
    default:
      return object<Switching & { by: 'header' }>({
        by: oneOf('call', 'command', 'header', 'deployments') as Field<'header'>,
        ...toSwitch,
      });
  }
});

const streamFields: Fields<StreamProfile> = {
  perSecond,
  seconds,
  settleSeconds,
  warmUpSeconds: settleSeconds,
  blocks: count,
  leastSeconds,
  drainSeconds: settleSeconds,
  arrivals,
};

const overheadFields: Fields<OverheadProfile> = {
  ...streamFields,
  mode,
  budgetMs,
  budgets: optional(
    object<NonNullable<OverheadProfile['budgets']>>({
      p50Ms: optional(budgetMs),
      p95Ms: optional(budgetMs),
      p99Ms: optional(budgetMs),
    }),
  ),
  earlyStop: bool,
  allowFaster: bool,
  baseline: arm,
  treatment: arm,
  limits: optional(
    object<CostLimits>({
      cpuMsPerRequest: optional(aboveZero),
      cpuShare: optional(aboveZero),
      memoryMb: optional(aboveZero),
    }),
  ),
};

const attributionFields: Fields<AttributionProfile> = {
  ...streamFields,
  design,
};

const capacityFields: Fields<CapacityProfile> = {
  perSecond,
  step: within('a factor', 1.1, 4),
  resolution: within('a share', 0.01, 0.5),
  ceilingPerSecond: perSecond,
  seconds,
  settleSeconds,
  warmUpSeconds: settleSeconds,
  recoverySeconds: aboveZeroTo('seconds', 600),
  deadlineMinutes: aboveZeroTo('minutes', 1_440),
  blocks: count,
  baseline: arm,
  treatment: arm,
  limits: object<CapacityProfile['limits']>({ p95Ms: limitMs, errorRate: share }),
  maxLossShare: optional(aboveZeroTo('a share', 1)),
  minPerSecond: optional(perSecond),
};

const monitorFields: Fields<MonitorProfile> = {
  intervalMs: within('milliseconds', 100, 600_000),
  timeoutMs: within('milliseconds', 1, 60_000),
  drainMs: within('milliseconds', 0, 60_000),
  paths: v.array(path, 'expected a list of paths'),
  errorsPath: v.nullable(path),
  series: v.array(
    object<SeriesPattern>({
      kind: oneOf(
        'cpu',
        'cpuSeconds',
        'memory',
        'eventLoopDelay',
        'dbPoolInUse',
        'dbPoolSize',
        'dbPoolWaiting',
        'queue',
        'cache',
        'exported',
        'failed',
        'dropped',
        'errors',
      ),
      unit: anyText,
      pattern: expression,
      scale: optional(aboveZero),
      rate: optional(bool),
    }),
    'expected a list of patterns',
  ),
};

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

const profileFields: Fields<ProfileSettings> = {
  inspector,
  pprof: optional(baseUrl),
  seconds: within('seconds', 1, 600),
  rampSeconds: within('seconds', 0.1, 60),
  intervalUs: within('microseconds', 50, 100_000),
  timeoutMs: within('milliseconds', 100, 60_000),
};

/** The files of thresholds/ that hold what every environment starts from, whole. */
export const profiles = {
  api: object(apiFields),
  scenarios: byScenario<Record<ScenarioName, ScenarioProfile>>(() =>
    object<ScenarioProfile>({ load: object(loadFields), limits: object(limitFields) }),
  ),
  overhead: object(overheadFields),
  attribution: object(attributionFields),
  capacity: object(capacityFields),
  monitor: object(monitorFields),
  profile: object(profileFields),
};

/** An environment's own file. */
export const environmentField = object<Environment>({
  baseUrl,
  protected: optional(bool),
  auth,
  api: optional(changesOf(apiFields)),
  settings: optional(settingsField),
  switching: optional(switching),
  scenarios: optional(
    byScenario<Partial<Record<ScenarioName, ScenarioChanges>>>(() =>
      optional(
        object<ScenarioChanges>({
          load: optional(changesOf(loadFields)),
          limits: optional(changesOf(limitFields)),
        }),
      ),
    ),
  ),
  overhead: optional(changesOf(overheadFields)),
  attribution: optional(changesOf(attributionFields)),
  capacity: optional(changesOf(capacityFields)),
  monitor: optional(changesOf(monitorFields)),
  profile: optional(changesOf(profileFields)),
});

function byScenario<T extends object>(field: () => unknown): Field<T> {
  return object<T>(Object.fromEntries(SCENARIOS.map((name) => [name, field()])) as Fields<T>);
}
