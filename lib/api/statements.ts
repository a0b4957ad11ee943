/** What an answer of the target says of its settings. */
import { knownValues } from '../config/settings.ts';
import type { Echo } from '../config/switching.ts';
import type { FlagValues, Json, SettingValue, Statement } from '../../thresholds/types.ts';
import { wordOf, type Vocabulary } from './flags.ts';
import { at } from './json-path.ts';
import { headerOf, type HttpAnswer } from './send.ts';
import { jsonOf } from '../format/json.ts';

/** What an answer says of each setting that it names, as it says it. */
export type StatedFlags = Record<string, Json>;

/**
 * What an answer says of settings. `null` where it names none: an echo that is not understood is not an echo.
 * @param names the settings that are asked for; of one alone an answer may be the bare value
 */
export function statedFlags(
  answer: Json | undefined,
  how: Statement,
  vocabulary: Vocabulary,
  names: readonly string[],
): StatedFlags | null {
  if (answer === undefined || answer === null) return null;
  const stated: StatedFlags = {};
  const spoken = names.filter((name) => how.settings?.includes(name) ?? true);
  for (const name of spoken) {
    const said = statedOf(answer, how, vocabulary, name, spoken.length === 1);
    if (said !== undefined) stated[name] = said;
  }
  return Object.keys(stated).length === 0 ? null : stated;
}

function statedOf(
  answer: Json,
  { values, pattern, contains }: Statement,
  vocabulary: Vocabulary,
  name: string,
  isOnly: boolean,
): Json | undefined {
  const called = vocabulary.names?.[name] ?? name;
  const two = vocabulary.settings.values[name];
  if (two === undefined) return undefined;
  // In the target's words: so everything that is said is understood in one place.
  const inWords = (value: SettingValue) => wordOf(value, vocabulary);
  const mapped = (said: Json | undefined) => {
    if (said === undefined || said === null || typeof said === 'object') return said;
    const value = values?.[String(said)];
    return value === undefined ? said : inWords(value);
  };
  if (contains === true) {
    const list = listOf(answer);
    return list === null ? undefined : inWords(list.includes(called) ? two.on : two.off);
  }
  if (pattern !== undefined) {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    const match = expression(pattern, called).exec(text);
    if (match?.[1] !== undefined) return mapped(match[1]);
    return hasGroup(pattern) ? undefined : inWords(match === null ? two.off : two.on);
  }
  const pairs = typeof answer === 'string' ? parsePairs(answer) : answer;
  const byName =
    pairs !== null && typeof pairs === 'object' && !Array.isArray(pairs) ? mapped(pairs[called]) : undefined;
  return byName ?? (isOnly && typeof answer !== 'object' ? mapped(answer) : undefined);
}

/** Words of a list, of JSON or with commas; objects in it by their name. */
function listOf(answer: Json): string[] | null {
  const list = typeof answer === 'string' ? parseList(answer) : answer;
  if (!Array.isArray(list)) return null;
  return list.map((item) =>
    wordIn(item !== null && typeof item === 'object' && !Array.isArray(item) ? item.name : item),
  );
}

function wordIn(item: Json | undefined): string {
  return item === undefined || item === null || typeof item === 'object' ? '' : String(item);
}

function parseList(text: string): Json {
  const json = text.trim().startsWith('[') ? jsonOf(text) : null;
  return json ?? text.split(/[\s,;]+/).filter((word) => word !== '');
}

/** By pattern and name: an answer a request is read, and compiling takes longer than that. */
const expressions = new Map<string, RegExp>();

function expression(pattern: string, name: string): RegExp {
  const key = `${pattern}\n${name}`;
  const made = expressions.get(key);
  if (made !== undefined) return made;
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const compiled = new RegExp(pattern.replace(/\{(?:setting|flag)\}/g, quoted.replaceAll('$', '$$$$')));
  expressions.set(key, compiled);
  return compiled;
}

/** Whether a pattern has a group that is kept. */
function hasGroup(pattern: string): boolean {
  return /(?:^|[^\\])\((?!\?)|\(\?</.test(pattern.replace(/\(\?<[=!]/g, ''));
}

/**
 * The values of settings, where they are understood: one of those that a setting has, in the target's words; or any other,
 * where it is no matter of true and false, and not a text in which one of them stands.
 */
export function understood(stated: StatedFlags, vocabulary: Vocabulary): FlagValues {
  const flags: Record<string, SettingValue> = {};
  for (const [name, said] of Object.entries(stated)) {
    const value = understoodValue(name, said, vocabulary);
    if (value !== undefined) flags[name] = value;
  }
  return flags;
}

/** The first setting whose value is not understood; `null` where all are. */
export function notUnderstood(stated: StatedFlags, vocabulary: Vocabulary): string | null {
  return (
    Object.keys(stated).find(
      (name) => understoodValue(name, stated[name] ?? null, vocabulary) === undefined,
    ) ?? null
  );
}

/** What would be understood of a setting, for a message. */
export function expectedOf(name: string, vocabulary: Vocabulary): string {
  const known = knownValues(vocabulary.settings, name);
  const words = [...known]
    .reverse()
    .map((value) => JSON.stringify(wordOf(value, vocabulary)))
    .join(' or ');
  return known.every((value) => typeof value === 'boolean')
    ? `${words}, what switching.values names, or what values of the proof do`
    : `${words}, or in switching.proof a pattern that says where it stands in that, such as 'name=(\\w+)'`;
}

function understoodValue(name: string, said: Json, vocabulary: Vocabulary): SettingValue | undefined {
  if (said === null || typeof said === 'object') return undefined;
  const known = knownValues(vocabulary.settings, name);
  const value = known.find((one) => isWord(said, wordOf(one, vocabulary)));
  if (value !== undefined) return value;
  if (known.every((one) => typeof one === 'boolean')) return undefined;
  return wordsAssigned(String(said)).some((word) =>
    known.some((one) => isWord(word, wordOf(one, vocabulary))),
  )
    ? undefined
    : said;
}

/**
 * What is assigned in a text such as `mode=full;v=1` or `level: debug`. Written back as it stands it would be no value of
 * the setting.
 */
function wordsAssigned(text: string): string[] {
  return [...text.matchAll(/[=:]\s*["']?([^\s=:;,"'{}]+)/g)].map(([, word = '']) => word);
}

/** A header holds text, and frameworks write `True`: 1 is '1', and case says nothing. */
function isWord(value: SettingValue, word: SettingValue): boolean {
  return String(value).toLowerCase() === String(word).toLowerCase();
}

/** The settings that an answer echoes, in words that are understood. @param said as `saidIn` finds it */
export function echoedFlags(
  said: Json | undefined,
  echo: Echo,
  vocabulary: Vocabulary,
  names: readonly string[],
): FlagValues | null {
  const stated = statedFlags(said, echo, vocabulary, names);
  return stated === null ? null : understood(stated, vocabulary);
}

/** Where an answer says its settings. */
export function saidIn(answer: Pick<HttpAnswer, 'headers' | 'body'>, echo: Echo): Json | undefined {
  return 'header' in echo ? headerOf(answer, echo.header) : at(jsonOf(answer.body), echo.json);
}

function parsePairs(text: string): Json {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return jsonOf(trimmed) ?? null;
  const pairs = trimmed.split(/[,;]/).map((pair) => pair.split('='));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]));
}
