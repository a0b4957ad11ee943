/** The target's feature flags: calls and headers from `Switching`, and what the target says back. */
import { FLAGS } from '../config/flags.ts';
import type { Flag, Json, Switching } from '../../thresholds/types.ts';

/** Some flags and their values. */
export type FlagValues = Partial<Record<Flag, boolean>>;

/** One request to make. */
export interface Call {
  method: string;
  path: string;
  body: string | null;
}

/** The admin calls that set `flags`: one for all, or one a flag where the call names `{flag}`. */
export function writeCalls(
  { write }: NonNullable<Switching['admin']>,
  names: Switching['names'],
  flags: FlagValues,
): Call[] {
  const template = JSON.stringify(write);
  return steps(template, flags).map((step) => ({
    method: write.method,
    path: fill(write.path, step, names, encodeURIComponent),
    body: JSON.stringify(fillJson(write.body, step, names)),
  }));
}

/** The admin calls that read `flags`; each with the flags it answers for. */
export function readCalls(
  read: NonNullable<NonNullable<Switching['admin']>['read']>,
  names: Switching['names'],
  flags: readonly Flag[],
): { call: Call; flags: Flag[] }[] {
  const asked = Object.fromEntries(flags.map((flag) => [flag, true])) as FlagValues;
  return steps(read.path + read.readAt, asked).map((step) => ({
    call: { method: read.method, path: fill(read.path, step, names, encodeURIComponent), body: null },
    flags: Object.keys(step) as Flag[],
  }));
}

/** The request headers that set `flags` for one request. */
export function flagHeaders(switching: Switching, flags: FlagValues): Record<string, string> {
  const { header, names } = switching;
  if (header === undefined) return {};
  return Object.fromEntries(
    steps(header.name + header.value, flags).map((step) => [
      fill(header.name, step, names, String),
      fill(header.value, step, names, String),
    ]),
  );
}

/**
 * The flags that an answer names, in an object of JSON, or as `A=true,B=false`. `null` where it names none: an echo
 * that is not understood is not an echo.
 */
export function parseFlags(value: Json | undefined, names: Switching['names']): FlagValues | null {
  const pairs = typeof value === 'string' ? parsePairs(value) : value;
  if (pairs === null || pairs === undefined || typeof pairs !== 'object' || Array.isArray(pairs)) return null;
  const found: FlagValues = {};
  for (const flag of FLAGS) {
    const stated = pairs[names?.[flag] ?? flag];
    if (stated === true || stated === 'true') found[flag] = true;
    if (stated === false || stated === 'false') found[flag] = false;
  }
  return Object.keys(found).length === 0 ? null : found;
}

/** The flags of an admin call's answer; for a call of one flag also its bare value. */
export function parseReadAnswer(
  switching: Switching,
  flags: readonly Flag[],
  answer: Json | undefined,
): FlagValues | null {
  const [only] = flags;
  if (flags.length === 1 && only !== undefined && typeof answer === 'boolean') return { [only]: answer };
  return parseFlags(answer, switching.names);
}

/** The value at a dotted path of an answer; the answer itself for an empty path. */
export function at(answer: Json, path: string): Json | undefined {
  if (path === '') return answer;
  return path.split('.').reduce<Json | undefined>((value, key) => {
    if (value === null || typeof value !== 'object') return undefined;
    return Array.isArray(value) ? value[Number(key)] : value[key];
  }, answer);
}

/** The first flag that is not as asked for, `null` where all are. */
export function firstDifference(asked: FlagValues, inForce: FlagValues | null): Flag | null {
  return FLAGS.find((flag) => asked[flag] !== undefined && inForce?.[flag] !== asked[flag]) ?? null;
}

/** `ENABLE_OBSERVABILITY=false, TRACK_MODEL_COSTS=false`. */
export function formatFlags(flags: FlagValues): string {
  return entries(flags)
    .map(([flag, value]) => `${flag}=${value}`)
    .join(', ');
}

/** One step for all flags, or one for each where the template names `{flag}`. */
function steps(template: string, flags: FlagValues): FlagValues[] {
  if (!template.includes('{flag}')) return [flags];
  return entries(flags).map(([flag, value]) => ({ [flag]: value }));
}

function entries(flags: FlagValues): [Flag, boolean][] {
  return FLAGS.flatMap((flag) => {
    const value = flags[flag];
    return value === undefined ? [] : [[flag, value] as [Flag, boolean]];
  });
}

function fill(
  template: string,
  flags: FlagValues,
  names: Switching['names'],
  encode: (text: string) => string,
): string {
  const pairs = entries(flags).map(([flag, value]) => [names?.[flag] ?? flag, value] as const);
  const [first] = pairs;
  return template
    .replaceAll('{flags}', encode(pairs.map(([name, value]) => `${name}=${value}`).join(',')))
    .replaceAll('{flag}', encode(first?.[0] ?? ''))
    .replaceAll('{value}', encode(String(first?.[1] ?? '')));
}

function fillJson(template: Json, flags: FlagValues, names: Switching['names']): Json {
  if (typeof template === 'string') {
    if (template === '{flags}')
      return Object.fromEntries(entries(flags).map(([flag, value]) => [names?.[flag] ?? flag, value]));
    if (template === '{value}') return entries(flags)[0]?.[1] ?? null;
    return fill(template, flags, names, String);
  }
  if (Array.isArray(template)) return template.map((item) => fillJson(item, flags, names));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [
      fill(key, flags, names, String),
      fillJson(value, flags, names),
    ]),
  );
}

function parsePairs(text: string): Json {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    try {
      return JSON.parse(trimmed) as Json;
    } catch {
      return null;
    }
  }
  const pairs = trimmed.split(/[,;]/).map((pair) => pair.split('='));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]));
}
