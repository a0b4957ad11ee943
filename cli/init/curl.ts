/** A request as a line for curl has it, such as a browser's "Copy as cURL". */
import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { split } from 'shlex';
import { messageOf, UsageError } from '../errors.ts';
import { headerValue, type ExampleRequest } from './example.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

const text = (short?: string) =>
  ({ type: 'string', multiple: true, ...(short === undefined ? {} : { short }) }) as const;
const flag = (short?: string) => ({ type: 'boolean', ...(short === undefined ? {} : { short }) }) as const;

/** Options that say something of the request. */
const REQUEST = {
  request: text('X'),
  header: text('H'),
  data: text('d'),
  'data-raw': text(),
  'data-binary': text(),
  'data-ascii': text(),
  'data-urlencode': text(),
  json: text(),
  cookie: text('b'),
  user: text('u'),
  'oauth2-bearer': text(),
  url: text(),
  get: flag('G'),
  head: flag('I'),
  form: text('F'),
  'upload-file': text('T'),
} satisfies Options;

/** Options that say how curl goes about it; nothing of them is needed. */
const WITH_VALUE =
  'user-agent:A referer:e output:o max-time:m write-out:w cookie-jar:c proxy:x cert:E connect-timeout cacert key retry resolve noproxy';
const WITHOUT =
  'silent:s show-error:S location:L verbose:v include:i fail:f insecure:k globoff:g no-buffer:N ipv4:4 ipv6:6 compressed http1.1 http2 http3 path-as-is fail-with-body no-progress-meter';

const optionsOf = <T>(words: string, option: (short: string | undefined) => T): Record<string, T> =>
  Object.fromEntries(
    words.split(' ').map((word) => {
      const [name = '', short] = word.split(':');
      return [name, option(short)];
    }),
  );
const OTHERS: Options = { ...optionsOf(WITH_VALUE, text), ...optionsOf(WITHOUT, flag) };

/** Whether a text that someone pastes goes on in the next line. */
export function goesOn(line: string): boolean {
  try {
    split(line);
    return false;
  } catch {
    return true;
  }
}

/** @throws UsageError one line: what of it is no request that can be repeated */
export function fromCurl(line: string): ExampleRequest {
  // "Copy as cURL (cmd)" escapes by carets, which no other shell does.
  if (/\^["\\^%]|\^\r?\n/.test(line))
    throw new UsageError("--curl: this line is for Windows' cmd; copy it as cURL (bash)");
  const words = wordsOf(line.trim());
  if (words[0] !== 'curl')
    throw new UsageError(`--curl: '${words[0] ?? ''}'; expected a line that starts with curl`);
  const { values, positionals, tokens } = parsed(words.slice(1));
  for (const name of ['form', 'upload-file'] as const) {
    if (values[name] !== undefined)
      throw new UsageError(`--curl: --${name} sends a file; expected a body by --data-raw or --json`);
  }
  const [url, another] = [...positionals, ...(values.url ?? [])];
  if (url === undefined) throw new UsageError('--curl: the line holds no address');
  if (another !== undefined)
    throw new UsageError(`--curl: more than one address: ${url}, ${another}; expected one request`);
  const data = tokens.flatMap((token) =>
    token.kind === 'option' && token.value !== undefined && /^(data|json)/.test(token.name)
      ? [dataOf(token.name, token.value)]
      : [],
  );
  const asQuery = values.get === true;
  const body = data.length === 0 || asQuery ? null : data.join(values.json === undefined ? '&' : '');
  return {
    method: (
      values.request?.at(-1) ?? (values.head === true ? 'HEAD' : body === null ? 'GET' : 'POST')
    ).toUpperCase(),
    url: withQuery(/^[a-z]+:\/\//i.test(url) ? url : `http://${url}`, asQuery ? data : []),
    headers: headersOf(values, body),
    body,
  };
}

function wordsOf(line: string): string[] {
  try {
    return split(line.replaceAll('\r\n', '\n'));
  } catch {
    throw new UsageError('--curl: a quote is open at the end; expected the whole line');
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { ...OTHERS, ...REQUEST },
      allowPositionals: true,
      tokens: true,
    });
  } catch (error) {
    throw new UsageError(`--curl: ${messageOf(error).split(/[.\n]/)[0] ?? ''}`);
  }
}

type Values = ReturnType<typeof parsed>['values'];

function headersOf(values: Values, body: string | null): ExampleRequest['headers'] {
  const given = (values.header ?? []).flatMap((header): [string, string][] => {
    const [, name = '', value = ''] = /^([^:;]+)[:;]\s*(.*)$/s.exec(header) ?? [];
    return name === '' || value === '' ? [] : [[name.trim(), value.trim()]];
  });
  const add = (name: string, value: string): [string, string][] =>
    headerValue(given, name) === undefined ? [[name, value]] : [];
  const cookies = values.cookie?.join('; ');
  if (cookies !== undefined && !cookies.includes('='))
    throw new UsageError(`--curl: --cookie reads the file ${cookies}; expected the cookies themselves`);
  const user = values.user?.at(-1);
  const token = values['oauth2-bearer']?.at(-1);
  const type = values.json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  return [
    ...given,
    ...(body === null ? [] : add('Content-Type', type)),
    ...(cookies === undefined ? [] : add('Cookie', cookies)),
    ...(user === undefined ? [] : add('Authorization', `Basic ${Buffer.from(user).toString('base64')}`)),
    ...(token === undefined ? [] : add('Authorization', `Bearer ${token}`)),
  ];
}

/** One piece of data as curl sends it: `@file` is read, but for `--data-raw`. */
function dataOf(option: string, value: string): string {
  if (option === 'data-urlencode') {
    const [, name, text = ''] = /^([^=@]*=)?(.*)$/s.exec(value) ?? [];
    return `${name === '=' ? '' : (name ?? '')}${encodeURIComponent(text)}`;
  }
  if (option === 'data-raw' || !value.startsWith('@')) return value;
  const file = value.slice(1);
  try {
    const content = readFileSync(file, 'utf8');
    return option === 'data-binary' || option === 'json' ? content : content.replace(/[\r\n]/g, '');
  } catch (error) {
    throw new UsageError(`--curl: the body @${file} cannot be read: ${messageOf(error)}`);
  }
}

function withQuery(url: string, data: readonly string[]): string {
  return data.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${data.join('&')}`;
}
