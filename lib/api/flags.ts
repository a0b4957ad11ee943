/** The target's settings as calls and headers of `Switching` write them. */
import type { Target } from '../config/config.ts';
import type { Counter, Read, Uptime } from '../config/switching.ts';
import { armCalled, type TargetSettings } from '../config/settings.ts';
import type {
  CallHeaders,
  FlagValues,
  Json,
  Secret,
  SettingValue,
  SwitchCall,
  Switching,
} from '../../thresholds/types.ts';

/** What the target calls the settings, and their values. */
export interface Vocabulary extends Pick<Switching, 'names' | 'values'> {
  readonly settings: TargetSettings;
}

/** That of a target. */
export function vocabularyOf({ switching, settings }: Pick<Target, 'switching' | 'settings'>): Vocabulary {
  return { ...switching, settings };
}

/** One request to make. */
export interface Call {
  readonly method: string;
  /** A path below the base URL, or an absolute address. */
  readonly address: string;
  /** With the API's own headers and token. */
  readonly withAuth: boolean;
  /** A bearer token of its own. */
  readonly bearer?: Secret;
  readonly headers?: CallHeaders;
  readonly body: string | null;
}

/** A call, a proof or a header, and the settings that it is about; all by default. */
type About = object & { readonly settings?: readonly string[] };

/** Of settings those that a call sets, or a proof speaks of. */
export function spokenOf({ settings }: About, flags: FlagValues): FlagValues {
  if (settings === undefined) return flags;
  return Object.fromEntries(Object.entries(flags).filter(([name]) => settings.includes(name)));
}

/** The calls that switch to `flags`: one of a kind, or one a setting where it names `{setting}`. */
export function writeCalls(writes: readonly SwitchCall[], vocabulary: Vocabulary, flags: FlagValues): Call[] {
  return writes.flatMap((write) =>
    steps(write, flags).map((step) => ({
      ...callOf(write, step, vocabulary),
      method: write.method,
      body: JSON.stringify(fillJson(write.body, step, vocabulary)),
    })),
  );
}

/** The calls that read settings; each with the settings it answers for. */
export function readCalls(
  read: Read,
  vocabulary: Vocabulary,
  names: readonly string[],
): { call: Call; names: string[] }[] {
  const asked = Object.fromEntries(names.map((name) => [name, true]));
  return steps(read, asked).map((step) => ({
    call: { ...callOf(read, step, vocabulary), method: read.method, body: null },
    names: Object.keys(step),
  }));
}

/** The call that exchanges the settings of two deployments: `"{crossed}"` stands for whether they then are. */
export function crossCalls(call: SwitchCall, vocabulary: Vocabulary, isCrossed: boolean): Call[] {
  const filled = JSON.parse(
    JSON.stringify(call)
      .replaceAll('"{crossed}"', String(isCrossed))
      .replaceAll('{crossed}', String(isCrossed)),
  ) as SwitchCall;
  return writeCalls([filled], vocabulary, {});
}

/** The call that reads a number. */
export function numberCall(number: Counter | Uptime, vocabulary: Vocabulary): Call {
  return { ...callOf(number, {}, vocabulary), method: 'GET', body: null };
}

function callOf(
  call: SwitchCall | Read | Counter | Uptime,
  step: FlagValues,
  vocabulary: Vocabulary,
): Omit<Call, 'method' | 'body'> {
  const address = 'path' in call ? call.path : call.url;
  return {
    address: fill(address, step, vocabulary, encodeURIComponent),
    withAuth: 'path' in call ? call.auth !== false : call.auth === true,
    ...(typeof call.auth === 'object' ? { bearer: call.auth } : {}),
    ...(call.headers === undefined ? {} : { headers: call.headers }),
  };
}

/** The request headers that set `flags` for one request. */
export function flagHeaders(
  { header }: Pick<Switching, 'header'>,
  vocabulary: Vocabulary,
  flags: FlagValues,
): Record<string, string> {
  if (header === undefined) return {};
  return Object.fromEntries(
    steps(header, flags).map((step) => [
      fill(header.name, step, vocabulary, String),
      fill(header.value, step, vocabulary, String),
    ]),
  );
}

/** A value in the target's words. */
export function wordOf(value: SettingValue, { values }: Pick<Switching, 'values'>): SettingValue {
  return typeof value === 'boolean' ? (values?.[`${value}`] ?? value) : value;
}

/** The first setting that is not as asked for, `null` where all are. */
export function firstDifference(asked: FlagValues, inForce: FlagValues | null): string | null {
  return Object.keys(asked).find((name) => inForce?.[name] !== asked[name]) ?? null;
}

/** One step for all settings that it is about, or one for each where it names `{setting}`; none where it is about no others. */
function steps(template: About, flags: FlagValues): FlagValues[] {
  const own = spokenOf(template, flags);
  if (template.settings !== undefined && Object.keys(own).length === 0) return [];
  if (!/\{(?:setting|flag)\}/.test(JSON.stringify(template))) return [own];
  return Object.entries(own).map(([name, value]) => ({ [name]: value }));
}

/** Names and values in the target's words. */
export function inWords(flags: FlagValues, vocabulary: Vocabulary): [name: string, value: SettingValue][] {
  return Object.entries(flags).map(([name, value]) => [
    vocabulary.names?.[name] ?? name,
    wordOf(value, vocabulary),
  ]);
}

function fill(
  template: string,
  flags: FlagValues,
  vocabulary: Vocabulary,
  encode: (text: string) => string,
): string {
  const pairs = inWords(flags, vocabulary);
  const [name, value] = pairs[0] ?? ['', ''];
  const filled: Record<string, () => string> = {
    settings: () => pairs.map((pair) => pair.join('=')).join(','),
    setting: () => name,
    value: () => String(value),
    arm: () => armCalled(vocabulary.settings, flags),
  };
  return template.replace(/\{(settings?|flags?|value|arm)\}/g, (_, word: string) =>
    encode(filled[word.replace('flag', 'setting')]?.() ?? ''),
  );
}

function fillJson(template: Json, flags: FlagValues, vocabulary: Vocabulary): Json {
  if (typeof template === 'string') {
    if (template === '{settings}' || template === '{flags}')
      return Object.fromEntries(inWords(flags, vocabulary));
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
