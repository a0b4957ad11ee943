/** A team's own service from one example request: writes thresholds/, and checks it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { note, ok, type Finding } from '../doctor/finding.ts';
import { messageOf, UsageError } from '../errors.ts';
import { sender } from '../api/send.ts';
import { jsonOf } from '../../lib/format/json.ts';
import { printable } from '../../lib/format/printable.ts';
import { describeAnswer } from '../../lib/api/target-problem.ts';
import type { Api, Environment, Milliseconds } from '../../thresholds/types.ts';
import type { Env } from '../../lib/config/variables.ts';
import { fromCurl } from './curl.ts';
import {
  addressOf,
  headerValue,
  headersToSend,
  withoutSecret,
  type ExampleAnswer,
  type ExampleRequest,
} from './example.ts';
import { found, isShippedApi, isShippedEnvironment, moduleText, writeFiles, type NewFile } from './files.ts';
import { fromHar } from './har.ts';
import { ownApi } from './own-api.ts';
import { fromOpenApi } from './openapi.ts';
import { say } from '../say.ts';
import { projectFolder } from '../scenario/project.ts';
import { separated, type Separated } from './secrets.ts';
import { switchingOf, type SwitchingOptions, type Way } from './switching.ts';

export interface ExampleOptions {
  curl?: string;
  har?: string;
  openapi?: string;
  operation?: string;
  baseUrl?: string;
  method?: string;
  path?: string;
  body?: string;
  /** `Name: value`. */
  header: readonly string[];
}

export interface InitOptions extends ExampleOptions, Omit<SwitchingOptions, 'by'> {
  env: string;
  by?: Way;
  /** The variable that holds the bearer token. */
  token?: string;
  /** Path that is asked before any load. */
  probe?: string;
  /** Paths where the service says numbers about itself. */
  monitor: readonly string[];
  /** Whether the example is sent once, to see its answer. */
  send: boolean;
  force: boolean;
}

/** How long the example may take that is sent once. */
const ONCE_MS: Milliseconds = 60_000;
const TIMEOUT_MS: Milliseconds = 10_000;

/** What init writes of an environment; the rest is kept. */
const REPLACED = ['baseUrl', 'auth', 'api', 'settings', 'switching', 'monitor'];

/** What there is to write, and what was found on the way to it. */
export interface Draft {
  example: ExampleRequest;
  address: { baseUrl: string; endpoint: string };
  secrets: Separated;
  answer: ExampleAnswer & { durationMs: Milliseconds | null };
  findings: Finding[];
}

/** @throws UsageError where no example is given, or it cannot be read */
export async function exampleOf(options: ExampleOptions): Promise<ExampleRequest> {
  const { openapi, operation, path, body, method } = options;
  const { length: count } = sourcesOf(options);
  if (count !== 1) {
    throw new UsageError(
      `init: expected one example request, by --curl, --har, --openapi or --path; there are ${count}`,
    );
  }
  if (openapi === undefined && operation !== undefined) throw new UsageError('--operation is for --openapi');
  if (path === undefined && (body !== undefined || method !== undefined))
    throw new UsageError('--method and --body are for --path');
  const example = await fromSource(options);
  const headers = [...example.headers, ...options.header.map(headerOf)];
  const needsType =
    example.body !== null &&
    headerValue(headers, 'content-type') === undefined &&
    jsonOf(example.body) !== undefined;
  return { ...example, headers: needsType ? [...headers, ['Content-Type', 'application/json']] : headers };
}

/** As the one source that is given has it. */
async function fromSource(options: ExampleOptions): Promise<ExampleRequest> {
  const { curl, har, openapi, operation, path = '/', body, method } = options;
  if (curl !== undefined) return fromCurl(curl);
  if (har !== undefined) return fromHar(har);
  if (openapi !== undefined) return fromOpenApi(openapi, operation);
  return {
    method: method?.toUpperCase() ?? (body === undefined ? 'GET' : 'POST'),
    url: path,
    headers: [],
    body: body ?? null,
  };
}

export function isGiven(options: ExampleOptions): boolean {
  return sourcesOf(options).length > 0;
}

function sourcesOf({ curl, har, openapi, path }: ExampleOptions): string[] {
  return [curl, har, openapi, path].filter((source) => source !== undefined);
}

function headerOf(header: string): [string, string] {
  const [, name, value] = /^([^:\s]+):\s*(.+)$/s.exec(header) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new UsageError(
    `--header '${header.split(':')[0] ?? ''}'; expected a name and a value: 'X-Tenant: acme'`,
  );
}

/** Reads the example, takes its secrets out, and sends it once where that is wanted and possible. */
export async function draftOf(
  example: ExampleRequest,
  options: Pick<InitOptions, 'baseUrl' | 'token' | 'send'>,
  env: Env,
): Promise<Draft> {
  const address = addressOf(example, options.baseUrl);
  const { sent, leftOut } = headersToSend(example.headers);
  const secrets = separated(sent, options.token);
  const findings: Finding[] = [
    ok('request', `${example.method} ${address.baseUrl}${address.endpoint}`),
    ...(leftOut.length === 0 ? [] : [note('headers', `left out: ${leftOut.join(', ')}`)]),
    ...Object.keys(secrets.values).map((name) =>
      note(
        'secret',
        `the example holds one: it is taken out and written nowhere; set ${name} to it, or better to one for tests`,
      ),
    ),
  ];
  const given = { status: 200, contentType: '', durationMs: null, ...example.answer };
  if (!options.send) return { example, address, secrets, answer: given, findings };
  const { answer, finding, headers } = await sendOnce(example, address, secrets, env);
  const said = Object.entries(headers).filter(([name]) => /observab|telemetry|flag|feature/i.test(name));
  return {
    example,
    address,
    secrets,
    answer: answer ?? given,
    findings: [
      ...findings,
      finding,
      ...(answer === null ? [] : answerNotes(answer)),
      ...said.map(([name, value]) => note('proof', printable(echoNote(name, value), 300))),
    ],
  };
}

/** How the header of an answer would be named as a proof, with its words where it is one of two that mean false and true. */
export function echoNote(name: string, value: string): string {
  const two = PAIRS_OF_WORDS.find((pair) => pair.includes(value.toLowerCase()));
  const words = two === undefined ? '' : ` ${two.join(',')}`;
  return `its header ${name}: ${value} may say what is in force: --proof 'echo ${name}${words}'`;
}

/** False, true. */
const PAIRS_OF_WORDS = [
  ['off', 'on'],
  ['disabled', 'enabled'],
  ['inactive', 'active'],
  ['no', 'yes'],
  ['0', '1'],
];

/** What the default, the time of the whole answer, would miss. */
function answerNotes(answer: ExampleAnswer): Finding[] {
  if (isStreamed(answer))
    return [note('latency', 'the answer is streamed: its first byte counts (latency in thresholds/api.ts)')];
  if (answer.status !== 202) return [];
  return [
    note(
      'latency',
      '202: where the work goes on after the answer, name in thresholds/api.ts how it is followed: completion',
    ),
  ];
}

async function sendOnce(
  { method, body }: ExampleRequest,
  { baseUrl, endpoint }: Draft['address'],
  { auth, headers, secretHeaders, values }: Separated,
  env: Env,
): Promise<{ answer: Draft['answer'] | null; finding: Finding; headers: Readonly<Record<string, string>> }> {
  const all: Record<string, string> = { ...headers };
  const token = auth.type === 'token' ? { Authorization: auth.token } : {};
  for (const [name, secret] of Object.entries({ ...secretHeaders, ...token })) {
    if (!('variable' in secret)) continue;
    const value = env[secret.variable] ?? values[secret.variable];
    if (value === undefined) {
      const finding = note('answer', `the example was not sent: ${secret.variable} is not set`);
      return { answer: null, finding, headers: {} };
    }
    all[name] = name === 'Authorization' && auth.type === 'token' ? `Bearer ${value}` : value;
  }
  const answer = await sender(env)({
    method,
    url: baseUrl + endpoint,
    headers: all,
    body,
    timeoutMs: ONCE_MS,
    tags: { kind: 'control' },
    keepBody: true,
  });
  const { status, durationMs } = answer;
  const contentType = headerValue(Object.entries(answer.headers), 'content-type') ?? '';
  const type = contentType === '' ? '' : `, ${contentType},`;
  const text = printable(`sent once: it ${describeAnswer(answer)}${type} in ${durationMs.toFixed(0)} ms`);
  const isSuccess = status >= 200 && status < 300;
  return {
    answer: isSuccess ? { status, contentType, durationMs, isEmpty: answer.body === '' } : null,
    finding: isSuccess ? ok('answer', text) : note('answer', `${text}; 200 is taken for success`),
    headers: isSuccess ? answer.headers : {},
  };
}

/**
 * Writes the API, the environment and the body.
 * @returns the files that were written, and whether the environment can be switched
 * @throws CliError where a value is not allowed, or a file was edited and `force` is not set
 */
export async function writeThresholds(
  draft: Draft,
  options: InitOptions,
): Promise<{ written: string[]; isSwitched: boolean }> {
  const { example, address, secrets, answer } = draft;
  const { env: name, probe, monitor, force } = options;
  const before = await found(name);
  const payload = await payloadFile(example, name, before.api);
  const api = apiOf(draft, payload?.path ?? 'test', probe);
  const isShared = !force && !isShippedApi(before.api);
  const known = {
    isAnswered: answer.durationMs !== null || example.answer !== undefined,
    isProbeNamed: probe !== undefined,
  };
  const own = isShared ? ownApi(before.api, api, known) : {};
  const differs = Object.keys(own);
  if (differs.length > 0)
    say(`thresholds/api.ts stays as it is: thresholds/${name}.ts has its own ${differs.join(', ')}`);
  const headers = { ...own.headers, ...secrets.secretHeaders };
  const ownParts = { ...own, ...(Object.keys(headers).length === 0 ? {} : { headers }) };
  const kept = Object.entries(before.environment).filter(([key]) => !REPLACED.includes(key));
  const environment = {
    baseUrl: address.baseUrl,
    auth: secrets.auth,
    ...(Object.keys(ownParts).length === 0 ? {} : { api: ownParts }),
    ...switchingIn(options, before.environment),
    ...Object.fromEntries(kept),
    monitor: { ...before.environment.monitor, paths: monitor.map(withoutSecret), errorsPath: null },
  };
  await check(api, environment, name);
  const apiFile = {
    path: 'thresholds/api.ts',
    text: await moduleText(
      'The API under test, as `npm run init` found it in one request.',
      'Api',
      'api',
      api,
    ),
    isShipped: isShippedApi(before.api),
  };
  const files: NewFile[] = [
    ...(isShared ? [] : [apiFile]),
    {
      path: `thresholds/${name}.ts`,
      text: await moduleText(
        `Where the API runs, and how it is switched: written by \`npm run init\`. Loads and limits of its own: \`Environment\` in types.ts.`,
        'Environment',
        name,
        environment,
      ),
      isShipped: isShippedEnvironment(before.environment),
    },
    ...(payload === null ? [] : [{ ...payload, isShipped: false }]),
  ];
  return { written: await writeFiles(files, force), isSwitched: 'switching' in environment };
}

/** The API as the example alone would have it; `check` looks at its values. */
function apiOf(
  { example, address, secrets, answer }: Draft,
  payload: string,
  probe: string | undefined,
): Api {
  return {
    method: example.method,
    endpoint: address.endpoint,
    headers: secrets.headers,
    payload,
    success: {
      status: [answer.status],
      contentType: /json/i.test(answer.contentType) ? 'json' : null,
      ...(answer.isEmpty === true ? { emptyBody: true } : {}),
    },
    // An answer that took long once takes longer under load.
    timeoutMs: (answer.durationMs ?? 0) > TIMEOUT_MS / 4 ? ONCE_MS : TIMEOUT_MS,
    ...(isStreamed(answer) ? { latency: 'firstByte' as const } : {}),
    probe: { method: 'GET', path: withoutSecret(probe ?? address.endpoint) },
  } as Api;
}

/** Where nothing is said of it, an environment of the team's own keeps how it is switched. */
function switchingIn(options: InitOptions, before: Environment): object {
  const { by } = options;
  if (by !== undefined) return switchingOf({ ...options, by });
  if (isShippedEnvironment(before)) return {};
  return Object.fromEntries(Object.entries(before).filter(([key]) => /^(settings|switching)$/.test(key)));
}

/**
 * The file of the body, as it was sent: in a list where it is JSON. A GET has none; `{}` stands where another has none. One
 * that the API has already serves another environment as well.
 */
async function payloadFile(
  example: ExampleRequest,
  name: string,
  { payload: shared }: Api,
): Promise<{ path: string; text: string } | null> {
  const file = newPayload(example, name);
  if (file === null || !shared.startsWith('payloads/')) return file;
  const text = await readFile(join(projectFolder, shared), 'utf8').catch(() => null);
  return text === file.text ? { path: shared, text } : file;
}

function newPayload(
  { method, body, headers }: ExampleRequest,
  name: string,
): { path: string; text: string } | null {
  if (body === null && method === 'GET') return null;
  const type = headerValue(headers, 'content-type') ?? 'application/json';
  if (body !== null && !/[/+]json\b/i.test(type)) return { path: `payloads/${name}.txt`, text: body };
  if (body !== null && jsonOf(body) === undefined)
    throw new UsageError(
      `init: the body is not JSON; expected a Content-Type that says what it is, not ${type}`,
    );
  return { path: `payloads/${name}.json`, text: `[\n${body ?? '{}'}\n]\n` };
}

function isStreamed({ contentType }: ExampleAnswer): boolean {
  return /event-stream|ndjson/i.test(contentType);
}

/** By the same schema as every run. */
async function check(api: object, environment: object, name: string): Promise<void> {
  const { checked } = await import('../../lib/config/fields.ts');
  const { environmentField, profiles } = await import('../../lib/config/schema/environment.ts');
  try {
    checked(profiles.api, api, 'thresholds/api.ts');
    checked(environmentField, environment, `thresholds/${name}.ts`);
  } catch (error) {
    throw new UsageError(`init: ${messageOf(error)}`);
  }
}
