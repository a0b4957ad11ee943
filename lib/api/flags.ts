/** The target's feature flags: calls and headers from `Switching`, and what the target says back. */
import { FLAGS, type FlagValues } from '../config/flags.ts';
import type { Flag, Json, Switching } from '../../thresholds/types.ts';

/** What the target calls the flags, and their values. */
type Vocabulary = Pick<Switching, 'names' | 'values'>;
type Word = string | number | boolean;

/** What an answer says of each flag that it names, as it says it. */
export type StatedFlags = Partial<Record<Flag, Json>>;

/** One request to make. */
export interface Call {
  method: string;
  path: string;
  body: string | null;
}

/** The admin calls that set `flags`: one for all, or one a flag where the call names `{flag}`. */
export function writeCalls(
  { write }: NonNullable<Switching['admin']>,
  vocabulary: Vocabulary,
  flags: FlagValues,
): Call[] {
  const template = JSON.stringify(write);
  return steps(template, flags).map((step) => ({
    method: write.method,
    path: fill(write.path, step, vocabulary, encodeURIComponent),
    body: JSON.stringify(fillJson(write.body, step, vocabulary)),
  }));
}

/** The admin calls that read `flags`; each with the flags it answers for. */
export function readCalls(
  read: NonNullable<NonNullable<Switching['admin']>['read']>,
  vocabulary: Vocabulary,
  flags: readonly Flag[],
): { call: Call; flags: Flag[] }[] {
  const asked = Object.fromEntries(flags.map((flag) => [flag, true])) as FlagValues;
  return steps(read.path + read.readAt, asked).map((step) => ({
    call: { method: read.method, path: fill(read.path, step, vocabulary, encodeURIComponent), body: null },
    flags: Object.keys(step) as Flag[],
  }));
}

/** The request headers that set `flags` for one request. */
export function flagHeaders(switching: Switching, flags: FlagValues): Record<string, string> {
  const { header } = switching;
  if (header === undefined) return {};
  return Object.fromEntries(
    steps(header.name + header.value, flags).map((step) => [
      fill(header.name, step, switching, String),
      fill(header.value, step, switching, String),
    ]),
  );
}

/**
 * What an answer says of the flags: an object of JSON, or `A=true,B=false`. `null` where it names none: an echo that is not
 * understood is not an echo.
 */
export function statedFlags(answer: Json | undefined, { names }: Vocabulary): StatedFlags | null {
  const pairs = typeof answer === 'string' ? parsePairs(answer) : answer;
  if (pairs === null || pairs === undefined || typeof pairs !== 'object' || Array.isArray(pairs)) return null;
  const stated: StatedFlags = {};
  for (const flag of FLAGS) {
    const value = pairs[names?.[flag] ?? flag];
    if (value !== undefined) stated[flag] = value;
  }
  return Object.keys(stated).length === 0 ? null : stated;
}

/** The same of the answer to an admin call; that to a call of one flag may be its bare value. */
export function statedByRead(
  switching: Switching,
  [only, ...others]: readonly Flag[],
  answer: Json | undefined,
): StatedFlags | null {
  const stated = statedFlags(answer, switching);
  if (stated !== null || only === undefined || others.length > 0) return stated;
  return answer === undefined || answer === null || typeof answer === 'object' ? null : { [only]: answer };
}

/** The flags that an answer names in words that are understood. */
export function parseFlags(answer: Json | undefined, vocabulary: Vocabulary): FlagValues | null {
  const stated = statedFlags(answer, vocabulary);
  return stated === null ? null : understood(stated, vocabulary);
}

/** The values of flags, where they are understood. */
export function understood(stated: StatedFlags, { values }: Vocabulary): FlagValues {
  const flags: FlagValues = {};
  for (const flag of FLAGS) {
    const value = stated[flag];
    if (value === undefined) continue;
    if (isWord(value, values?.true ?? true)) flags[flag] = true;
    else if (isWord(value, values?.false ?? false)) flags[flag] = false;
  }
  return flags;
}

/** The first flag whose value is not understood; `null` where all are. */
export function notUnderstood(stated: StatedFlags, vocabulary: Vocabulary): Flag | null {
  const flags = understood(stated, vocabulary);
  return FLAGS.find((flag) => stated[flag] !== undefined && flags[flag] === undefined) ?? null;
}

/** A header holds text, and frameworks write `True`: 1 is '1', and case says nothing. */
function isWord(value: Json, word: Word): boolean {
  if (value === word) return true;
  if (value === null || typeof value === 'object') return false;
  return String(value).toLowerCase() === String(word).toLowerCase();
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

/** Names and values in the target's words. */
function inWords(flags: FlagValues, { names, values }: Vocabulary): [name: string, value: Word][] {
  return entries(flags).map(([flag, value]) => [names?.[flag] ?? flag, values?.[`${value}`] ?? value]);
}

function fill(
  template: string,
  flags: FlagValues,
  vocabulary: Vocabulary,
  encode: (text: string) => string,
): string {
  const pairs = inWords(flags, vocabulary);
  const [name, value] = pairs[0] ?? ['', ''];
  return template
    .replaceAll('{flags}', encode(pairs.map((pair) => pair.join('=')).join(',')))
    .replaceAll('{flag}', encode(name))
    .replaceAll('{value}', encode(String(value)));
}

function fillJson(template: Json, flags: FlagValues, vocabulary: Vocabulary): Json {
  if (typeof template === 'string') {
    if (template === '{flags}') return Object.fromEntries(inWords(flags, vocabulary));
    if (template === '{value}') return inWords(flags, vocabulary)[0]?.[1] ?? null;
    return fill(template, flags, vocabulary, String);
  }
  if (Array.isArray(template)) return template.map((item) => fillJson(item, flags, vocabulary));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [
      fill(key, flags, vocabulary, String),
      fillJson(value, flags, vocabulary),
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
