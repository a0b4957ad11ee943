/** The suite's environment variables: what each allows, and its value from text. */
import * as v from 'valibot';
import type { Duration } from '../../thresholds/types.ts';
import { parseDuration } from '../format/duration.ts';
import { printable } from '../format/printable.ts';
import { redactedAddress } from '../format/redacted.ts';
import { ConfigError, type Right } from './config-error.ts';
import {
  arm,
  baseUrl,
  budgetMs,
  count,
  design,
  leastSeconds,
  limitMs,
  mode,
  number,
  path,
  payload,
  perSecond,
  shape,
  share,
  stages,
  text,
  thinkTimeSeconds,
  within,
  type Field,
} from './fields.ts';

/** Environment variables as k6 (`__ENV`) and Node (`process.env`) hand them over. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A field of a setting for the text of a variable. */
const parsed = <T>(parse: (text: string) => unknown, field: Field<T>): Field<T> =>
  v.pipe(v.string(), v.transform(parse), field);
const numeric = (field: Field<number>) => parsed(numberOf, field);
const steps = (right: Right, whole: boolean) =>
  parsed(parseSteps, stages(right, number(right, { least: 0, whole })));
/** Words for yes and no. */
const words = (yes: string, no: string): Field<boolean> =>
  v.pipe(
    v.picklist([yes, no], `allowed: ${yes}, ${no}`),
    v.transform((text) => text === yes),
  );

/** More generators than that share no load sensibly. */
const MOST_PARTS = 1_000;

const STEPS = 'expected duration:users separated by commas, such as 30s:10,1m:50, with users above 0 in one';
const RAMP = 'expected requests per second such as 200, or a ramp such as 30s:100,1m:200';

/** Each variable as a field; what a file can set as well goes through the same one. */
const variables = {
  BASE_URL: baseUrl,
  ENDPOINT: path,
  ITERATIONS: numeric(count),
  CONCURRENCY: numeric(count),
  LOAD: shape,
  STAGES: steps(STEPS, true),
  RATE: v.union([numeric(perSecond), steps(RAMP, false)], RAMP),
  P95: numeric(limitMs),
  ERROR_RATE: numeric(share),
  ABORT: words('true', 'false'),
  THINK_TIME: numeric(thinkTimeSeconds),
  PAYLOAD: payload,
  SEED: numeric(within('a whole number', 0, 0xffffffff, true)),
  CONFIRM: v.string(),
  MODE: mode,
  BUDGET: parsed(numberOf, budgetMs),
  BLOCKS: numeric(count),
  DESIGN: design,
  BASELINE: arm,
  TREATMENT: arm,
  EARLY_STOP: words('on', 'off'),
  LEAST_SECONDS: numeric(leastSeconds),
  MONITOR: words('on', 'off'),
  MACHINE_CLASS: v.pipe(
    v.string(),
    v.trim(),
    // k6's runtime knows no `\p{C}`: it would refuse the letters p and C.
    v.check(
      (name) => name !== '' && name.length <= 80 && printable(name) === name,
      'expected a name of at most 80 visible characters',
    ),
  ),
  PART: v.pipe(
    v.string(),
    v.transform(parsePart),
    v.object(
      { index: v.number(), of: v.number() },
      `expected the part of one of 2 to ${MOST_PARTS} load generators, such as 2/4, or a name that ends in it, such as heavy-2/4`,
    ),
  ),
  RUN_ID: text(
    'expected letters, digits, points, dashes and underscores, 63 at most',
    /^[A-Za-z0-9._-]{1,63}$/,
  ),
  BACKGROUND: v.pipe(
    v.string(),
    v.trim(),
    v.regex(
      /^[\x20-\x7e]{1,200}$/,
      'expected up to 200 visible characters that say what else loads the target',
    ),
  ),
  REPORT_DIR: v.string(),
} as const;

export type Variable = keyof typeof variables;

/** The names of all variables beside TEST_ENV, secrets and the settings of an environment. */
export const VARIABLES = Object.keys(variables) as readonly Variable[];

type Value<N extends Variable> = v.InferOutput<(typeof variables)[N]>;

/**
 * The value of a variable, `undefined` where it is not set; an empty one counts as not set, because CI systems export
 * what they do not have as empty.
 * @throws ConfigError that names the variable, its value and what is allowed
 */
export function variable<N extends Variable>(env: Env, name: N): Value<N> | undefined {
  const text = env[name];
  if (text === undefined || text.trim() === '') return undefined;
  const result = v.safeParse(variables[name], text);
  if (result.success) return result.output;
  throw new ConfigError(name, `'${redactedAddress(text)}'`, result.issues[0].message as Right);
}

/** A secret of one word from the environment, such as a token. Its value never stands in a message. */
export function secretVariable(env: Env, name: string): string | undefined {
  return secretIn(env, name, /[^\x21-\x7e]/);
}

/** The same for the value of a header, which may have spaces: `Basic …`, `a=1; b=2`. */
export function headerVariable(env: Env, name: string): string | undefined {
  return secretIn(env, name, /[^\x20-\x7e]/);
}

function secretIn(env: Env, name: string, not: RegExp): string | undefined {
  const text = env[name]?.trim();
  if (text === undefined || text === '') return undefined;
  if (not.test(text)) {
    throw new ConfigError(
      name,
      'holds white space or characters that a header cannot carry',
      'expected visible ASCII characters',
    );
  }
  return text;
}

/** A number as text has it; anything else stays what it is, which the field refuses. */
function numberOf(text: string): number | string {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : text;
}

/** `2/4` or `heavy-2/4` → its numbers; anything that is no part becomes `null`, which the field refuses. */
function parsePart(text: string): { index: number; of: number } | null {
  const match = /^\s*(?:[a-z][a-z0-9.-]*-)?(\d{1,4})\/(\d{1,4})\s*$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  return of >= 2 && of <= MOST_PARTS && index >= 1 && index <= of ? { index, of } : null;
}

/** `30s:10,1m:50` → its steps; anything that is none becomes `null`, which the field refuses. */
function parseSteps(text: string): { duration: Duration; target: number }[] | null {
  const list = text.split(',').map((part) => {
    const match = /^\s*([^:\s]+)\s*:\s*(\d{1,7}(?:\.\d+)?)\s*$/.exec(part);
    const [, duration = '', target = ''] = match ?? [];
    return (parseDuration(duration) ?? 0) > 0 ? { duration, target: Number(target) } : null;
  });
  return list.every((step) => step !== null) ? list : null;
}
