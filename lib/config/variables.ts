/** The suite's environment variables: what each allows, and its value from text. */
import * as v from 'valibot';
import type { Duration } from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import { parseDuration } from '../format/duration.ts';
import { FLAGS } from './flags.ts';
import { printable } from '../format/printable.ts';

/** Environment variables as k6 (`__ENV`) and Node (`process.env`) hand them over. */
export type Env = Readonly<Record<string, string | undefined>>;

const number = v.pipe(
  v.string(),
  v.regex(/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i),
  v.transform(Number),
  v.finite(),
);
const count = v.pipe(number, v.integer(), v.minValue(1), v.maxValue(1e9));
const bool = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((text) => text === 'true'),
);
const steps = v.pipe(
  v.string(),
  v.transform(parseSteps),
  v.array(v.object({ duration: v.string(), target: v.number() })),
  v.check((list) => list.some(({ target }) => target > 0)),
);
const userSteps = v.pipe(
  steps,
  v.check((list) => list.every(({ target }) => Number.isInteger(target))),
);

/** k6 has no global `URL`, so a base URL is checked by pattern: scheme, host, port, path; no query, no user name. */
const HOST = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])`;
export const BASE_URL_PATTERN = new RegExp(`^https?://${HOST}(?::\\d{1,5})?(?:/[^\\s?#]*)?$`);

const FEATURES = FLAGS.slice(1);
const FEATURE = FEATURES.join('|');
/** The arms of an experiment by name. */
export const ARM_PATTERN = new RegExp(`^(none|all|(${FEATURE})(\\+(${FEATURE}))*)$`);
export const ARM = `none, all, or flags joined by + of ${FEATURES.join(', ')}`;

/** More generators than that share no load sensibly. */
const MOST_PARTS = 1_000;

const COUNT = 'a whole number from 1 to 1000000000';
const BOOL = 'true, false';

/** Each variable with the values it allows, in words and as a schema. */
const variables = {
  BASE_URL: rule(
    'an http:// or https:// address without user name, query or fragment',
    v.pipe(v.string(), v.regex(BASE_URL_PATTERN)),
  ),
  ENDPOINT: rule(
    'a path that starts with / and holds no white space',
    v.pipe(v.string(), v.regex(/^\/[^\s]*$/)),
  ),
  ITERATIONS: rule(COUNT, count),
  CONCURRENCY: rule(COUNT, count),
  ENABLE_OBSERVABILITY: rule(BOOL, bool),
  ENABLE_LANGFUSE_EXPORT: rule(BOOL, bool),
  ENABLE_ASYNC_TRACE_EXPORT: rule(BOOL, bool),
  TRACK_MODEL_COSTS: rule(BOOL, bool),
  ENABLE_SIMILARITY_LOGGING: rule(BOOL, bool),
  LOAD: rule('stages, iterations, rate', v.picklist(['stages', 'iterations', 'rate'])),
  STAGES: rule(
    'duration:users separated by commas, such as 30s:10,1m:50, with users above 0 in one',
    userSteps,
  ),
  RATE: rule(
    'requests per second such as 200, or a ramp such as 30s:100,1m:200',
    v.union([v.pipe(number, v.gtValue(0), v.maxValue(1e6)), steps]),
  ),
  P95: rule('milliseconds above 0', v.pipe(number, v.gtValue(0))),
  ERROR_RATE: rule('a share from 0 to 1, such as 0.005', v.pipe(number, v.minValue(0), v.maxValue(1))),
  ABORT: rule(BOOL, bool),
  THINK_TIME: rule('seconds from 0 to 3600', v.pipe(number, v.minValue(0), v.maxValue(3600))),
  PAYLOAD: rule(
    'mix, test, or the path of a .json file',
    v.pipe(v.string(), v.regex(/^(mix|test|.+\.json)$/)),
  ),
  SEED: rule(
    'a whole number from 0 to 4294967295',
    v.pipe(number, v.integer(), v.minValue(0), v.maxValue(0xffffffff)),
  ),
  CONFIRM: rule('the name of the protected environment', v.string()),
  MODE: rule('toggle, header', v.picklist(['toggle', 'header'])),
  BUDGET: rule('milliseconds from 0 on', v.pipe(number, v.minValue(0))),
  BLOCKS: rule(COUNT, count),
  DESIGN: rule('full, half', v.picklist(['full', 'half'])),
  BASELINE: rule(ARM, v.pipe(v.string(), v.regex(ARM_PATTERN))),
  TREATMENT: rule(ARM, v.pipe(v.string(), v.regex(ARM_PATTERN))),
  EARLY_STOP: rule(
    'on, off',
    v.pipe(
      v.picklist(['on', 'off']),
      v.transform((text) => text === 'on'),
    ),
  ),
  MONITOR: rule(
    'on, off',
    v.pipe(
      v.picklist(['on', 'off']),
      v.transform((text) => text === 'on'),
    ),
  ),
  MACHINE_CLASS: rule(
    'a name of at most 80 visible characters',
    // k6's runtime knows no `\p{C}`: it would refuse the letters p and C.
    v.pipe(
      v.string(),
      v.trim(),
      v.minLength(1),
      v.maxLength(80),
      v.check((name) => printable(name) === name),
    ),
  ),
  PART: rule(
    `the part of one of 2 to ${MOST_PARTS} load generators, such as 2/4, or a name that ends in it, such as heavy-2/4`,
    v.pipe(v.string(), v.transform(parsePart), v.object({ index: v.number(), of: v.number() })),
  ),
  RUN_ID: rule(
    'letters, digits, points, dashes and underscores, 63 at most',
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,63}$/)),
  ),
  BACKGROUND: rule(
    'up to 200 visible characters that say what else loads the target',
    v.pipe(v.string(), v.trim(), v.regex(/^[\x20-\x7e]{1,200}$/)),
  ),
  REPORT_DIR: rule('a folder that exists', v.string()),
} as const;

export type Variable = keyof typeof variables;

/** The names of all variables beside TEST_ENV and secrets. */
export const VARIABLES = Object.keys(variables) as readonly Variable[];

type Value<N extends Variable> = v.InferOutput<(typeof variables)[N]['schema']>;

/**
 * The value of a variable, `undefined` where it is not set; an empty one counts as not set, because CI systems export
 * what they do not have as empty.
 * @throws ConfigError that names the variable, its value and what is allowed
 */
export function variable<N extends Variable>(env: Env, name: N): Value<N> | undefined {
  const text = env[name];
  if (text === undefined || text.trim() === '') return undefined;
  const { schema, allowed } = variables[name];
  const result = v.safeParse(schema, text);
  if (!result.success) throw new ConfigError(name, `'${withoutPassword(text)}'`, allowed);
  return result.output;
}

/** A text as a message may show it: what stands before the `@` of an address may be a password. */
export function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//***@');
}

/** A secret from the environment. Its value never stands in a message. */
export function secretVariable(env: Env, name: string): string | undefined {
  const text = env[name]?.trim();
  if (text === undefined || text === '') return undefined;
  if (/[^\x21-\x7e]/.test(text)) {
    throw new ConfigError(
      name,
      'holds white space or characters that a header cannot carry',
      'visible ASCII characters',
    );
  }
  return text;
}

function rule<S extends v.GenericSchema<unknown, unknown>>(
  allowed: string,
  schema: S,
): { allowed: string; schema: S } {
  return { allowed, schema };
}

/** `2/4` or `heavy-2/4` → its numbers; anything that is no part becomes `null`, which the schema refuses. */
function parsePart(text: string): { index: number; of: number } | null {
  const match = /^\s*(?:[a-z][a-z0-9.-]*-)?(\d{1,4})\/(\d{1,4})\s*$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  return of >= 2 && of <= MOST_PARTS && index >= 1 && index <= of ? { index, of } : null;
}

/** `30s:10,1m:50` → its steps; anything that is none becomes `null`, which the schema refuses. */
function parseSteps(text: string): { duration: Duration; target: number }[] | null {
  const parsed = text.split(',').map((part) => {
    const match = /^\s*([^:\s]+)\s*:\s*(\d{1,7}(?:\.\d+)?)\s*$/.exec(part);
    const [, duration = '', target = ''] = match ?? [];
    const ms = parseDuration(duration);
    return ms === null || ms <= 0 ? null : { duration, target: Number(target) };
  });
  return parsed.every((step) => step !== null) ? parsed : null;
}
