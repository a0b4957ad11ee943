/** How observability is switched and how that is proven, from words of the command line to the data of an environment. */
import { jsonOf } from '../../lib/format/json.ts';
import type { Json } from '../../thresholds/types.ts';
import { UsageError } from '../errors.ts';
import { fromCurl } from './curl.ts';
import { headersToSend, withoutSecret } from './example.ts';
import { separated } from './secrets.ts';
import type { JsonObject } from './schema-sample.ts';

export const WAYS = ['call', 'command', 'header', 'deployments', 'none'] as const;
export type Way = (typeof WAYS)[number];

export interface SwitchingOptions {
  by: Way;
  /** `NAME`, which is false and true, or `NAME=off,on`. None: those of thresholds/settings.ts. */
  setting: readonly string[];
  /** Without which the others do nothing. */
  main?: string;
  /** `PUT /admin/flags {"on":"{value}"}`, a line for curl, or JSON. */
  switch: readonly string[];
  command?: string;
  /** The arm between runs, by call or command. */
  usual?: string;
  switchHeader?: string;
  /** `none=https://…`, `all=https://…`. */
  url: readonly string[];
  swap?: string;
  /**
   * `echo X-Flags`, `echo X-Flags off,on`, `read /flags flags`, `counter /metrics spans_total`, `uptime /health uptime`,
   * `none`, or JSON.
   */
  proof: readonly string[];
}

/** What each way needs beside `--by`; an option of another way is an error. */
const NEEDS = {
  call: ['switch'],
  command: ['command'],
  header: ['switchHeader'],
  deployments: ['url'],
  none: [],
} as const satisfies Record<Way, readonly (keyof SwitchingOptions)[]>;

const OPTION = {
  switch: "--switch '<METHOD> <path or address> <body>'",
  command: "--command '<shell command>'",
  switchHeader: "--switch-header '<name>: <value>'",
  url: '--url none=<address> --url all=<address>',
} as const;

const SWITCH_MS = 10_000;
const COMMAND_MS = 120_000;

/** The parts of an environment's file. @throws UsageError one line: what is missing or wrong */
export function switchingOf(options: SwitchingOptions): { settings?: JsonObject; switching?: JsonObject } {
  const { by, setting, main, switchHeader } = options;
  for (const [name, shown] of Object.entries(OPTION) as [keyof typeof OPTION, string][]) {
    const isGiven = options[name] !== undefined && options[name].length > 0;
    const isNeeded = (NEEDS[by] as readonly string[]).includes(name);
    if (isNeeded && !isGiven) throw new UsageError(`--by ${by} needs ${shown}`);
    // A header may stand beside any way.
    if (isGiven && !isNeeded && (name !== 'switchHeader' || by === 'none'))
      throw new UsageError(`${shown.split(' ')[0] ?? ''} is not for --by ${by}`);
  }
  if (options.swap !== undefined && by !== 'deployments')
    throw new UsageError(`--swap is not for --by ${by}`);
  if (options.usual !== undefined && by !== 'call' && by !== 'command')
    throw new UsageError(`--usual is not for --by ${by}`);
  if (by === 'none') {
    if (options.proof.length > 0) throw new UsageError('--proof is not for --by none');
    return {};
  }
  const settings = setting.length === 0 ? null : settingsOf(setting, main);
  return {
    ...(settings === null ? {} : { settings }),
    switching: {
      ...wayOf(options),
      ...(options.usual === undefined ? {} : { usual: options.usual }),
      ...(switchHeader === undefined ? {} : { header: headerOf(switchHeader) }),
      proof: proofOf(options.proof),
    },
  };
}

function settingsOf(names: readonly string[], main: string | undefined): JsonObject {
  const values = names.map((text): [string, JsonObject] => {
    const [, name, off, on] = /^([^=]+?)(?:=(.*),(.*))?$/s.exec(text.trim()) ?? [];
    if (name === undefined || name.includes('='))
      throw new UsageError(
        `--setting '${text}'; expected NAME, which is false and true, or NAME=off,on such as OTEL_SDK_DISABLED=true,false`,
      );
    return [name, off === undefined || on === undefined ? {} : { off: valueOf(off), on: valueOf(on) }];
  });
  if (main !== undefined && !values.some(([name]) => name === main))
    throw new UsageError(`--main '${main}': expected one of ${values.map(([name]) => name).join(', ')}`);
  return { values: Object.fromEntries(values), ...(main === undefined ? {} : { main }) };
}

/** `true` and `4` are what they look like; anything else is a text. */
function valueOf(text: string): Json {
  return /^(true|false|-?(0|[1-9]\d*))$/.test(text) ? (JSON.parse(text) as Json) : text;
}

function wayOf({ by, switch: calls, command, url, swap }: SwitchingOptions): JsonObject {
  switch (by) {
    case 'call': {
      const writes = calls.map(callOf);
      return { by, write: writes.length === 1 ? (writes[0] ?? null) : writes, timeoutMs: SWITCH_MS };
    }
    case 'command':
      return { by, run: command ?? '', timeoutMs: COMMAND_MS, readyTimeoutMs: COMMAND_MS };
    case 'deployments':
      return {
        by,
        urls: Object.fromEntries(url.map(deploymentOf)),
        ...(swap === undefined ? {} : { swap: { command: swap, timeoutMs: COMMAND_MS } }),
      };
    case 'header':
    case 'none':
      return { by };
  }
}

function deploymentOf(text: string): [arm: string, address: string] {
  const [, arm, address] = /^([^=:/]+)=(https?:\/\/\S+)$/.exec(text) ?? [];
  if (arm === undefined || address === undefined)
    throw new UsageError(
      `--url '${text}'; expected an arm and its address, such as all=https://canary.example.com`,
    );
  return [arm, withoutSecret(address.replace(/\/+$/, ''))];
}

function callOf(text: string): JsonObject {
  if (text.startsWith('{')) return objectOf('--switch', text);
  if (/^curl\s/.test(text)) return curlCall(text);
  const [, method, address, body] = /^([A-Z]+)\s+(\S+)(?:\s+(.*))?$/s.exec(text.trim()) ?? [];
  if (method === undefined || address === undefined)
    throw new UsageError(
      `--switch '${text}'; expected a call such as PUT /admin/flags {"flags":"{settings}"}`,
    );
  return { method, ...placeOf(address), body: bodyOf(body ?? null) };
}

/** A call that someone has tried by curl; its secrets are named by variables. */
function curlCall(line: string): JsonObject {
  const { method, url, headers, body } = fromCurl(line);
  const { headers: plain, secretHeaders, auth, values } = separated(headersToSend(headers).sent, undefined);
  const all = { ...plain, ...secretHeaders } as JsonObject;
  // AUTH_TOKEN is the API's own.
  const token = 'AUTH_TOKEN' in values ? { variable: 'SWITCH_TOKEN' } : auth.type === 'token' && auth.token;
  return {
    method,
    url: withoutSecret(url),
    ...(token === false ? {} : { auth: { ...token } }),
    ...(Object.keys(all).length === 0 ? {} : { headers: all }),
    body: bodyOf(body),
  };
}

function placeOf(text: string): JsonObject {
  const address = withoutSecret(text);
  return address.startsWith('/') ? { path: address } : { url: address };
}

/** JSON where it is JSON; a text otherwise. */
function bodyOf(body: string | null): Json {
  const json = body === null ? null : jsonOf(body);
  return json === undefined ? body : json;
}

function headerOf(text: string): JsonObject {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new UsageError(
      `--switch-header '${text}'; expected a name and a value such as X-Flags: {settings}`,
    );
  return { name, value };
}

function proofOf(proofs: readonly string[]): Json {
  if (proofs.length === 0 || (proofs.length === 1 && proofs[0] === 'none')) return 'none';
  return proofs.map((text) => {
    if (text.startsWith('{')) return objectOf('--proof', text);
    const [by = '', ...words] = text.trim().split(/\s+/);
    const values = by === 'echo' || by === 'read' ? valuesOf(words.at(-1)) : null;
    const proof = PROOFS[by]?.(values === null ? words : words.slice(0, -1));
    if (proof !== undefined && proof !== null) return { by, ...proof, ...values };
    throw new UsageError(
      `--proof '${text}'; allowed: 'echo <header>', 'echo json <path>', 'read <path or address> <path in the answer>', these with the words for false and true behind them (off,on), 'counter <path or address> <path in the answer, or name of a Prometheus metric>', 'uptime' likewise, none, or JSON as lib/config/schema/switching.ts has it`,
    );
  });
}

/** `off,on`: what answers call false and true. */
function valuesOf(word = ''): JsonObject | null {
  const [, off, on] = /^([^,/]+),([^,/]+)$/.exec(word) ?? [];
  return off === undefined || on === undefined ? null : { values: { [off]: false, [on]: true } };
}

const PROOFS: Readonly<Record<string, (words: readonly string[]) => JsonObject | null>> = {
  echo: ([first, second]) => {
    if (first === 'json') return second === undefined ? null : { json: second };
    return first === undefined || second !== undefined ? null : { header: first };
  },
  read: (words) => {
    const [method, address, readAt = ''] = /^(GET|POST)$/.test(words[0] ?? '') ? words : ['GET', ...words];
    return method === undefined || address === undefined ? null : { method, ...placeOf(address), readAt };
  },
  counter: numberProof,
  uptime: (words) => {
    const proof = numberProof(words);
    return proof !== null && /ms$|millis/i.test(words[1] ?? '') ? { ...proof, unit: 'ms' } : proof;
  },
};

/** The address of a number, and its place there: a metric of Prometheus by its name, with all of its labels; else a path in JSON. */
function numberProof([address, number]: readonly string[]): JsonObject | null {
  if (address === undefined || number === undefined) return null;
  const isMetric = /^[a-z0-9]+(_[a-z0-9]+)*_(total|seconds|count|sum)$/i.test(number);
  const found = isMetric ? { pattern: `^${number}(?:\\{[^}]*\\})?\\s+([0-9.eE+-]+)` } : { readAt: number };
  return { ...placeOf(address), ...found };
}

function objectOf(option: string, text: string): JsonObject {
  const call = jsonOf(text) as JsonObject | undefined;
  if (call === undefined)
    throw new UsageError(
      `${option} '${text}' is no JSON; expected an object as lib/config/schema/switching.ts has it`,
    );
  for (const address of [call.path, call.url]) if (typeof address === 'string') withoutSecret(address);
  return call;
}
